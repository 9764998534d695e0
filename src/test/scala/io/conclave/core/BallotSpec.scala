package io.conclave.core

import java.util.UUID

import org.scalacheck.{Arbitrary, Gen}
import org.scalatest.matchers.should.Matchers
import org.scalatest.wordspec.AnyWordSpec
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

/** Ballots are totally ordered, and a fresh claim is above all that it saw. */
class BallotSpec extends AnyWordSpec with Matchers with ScalaCheckPropertyChecks {
  implicit private val ballots: Arbitrary[Ballot] = Arbitrary(for {
    number <- Gen.choose(0L, 3L)
    high <- Gen.choose(0L, 2L)
  } yield new Ballot(number, new UUID(high, 0)))

  "A ballot" should {
    "be above, below or equal to any other, and only one of them" in forAll { (one: Ballot, other: Ballot) =>
      Seq(one.isAbove(other), other.isAbove(one), one == other).count(identity) shouldBe 1
    }

    "be ordered transitively" in forAll { (a: Ballot, b: Ballot, c: Ballot) =>
      (!a.isAbove(b) || !b.isAbove(c) || a.isAbove(c)) shouldBe true
    }

    "be followed by a higher one, whatever the claim" in forAll { (ballot: Ballot, high: Long, low: Long) =>
      ballot.next(new UUID(high, low)).isAbove(ballot) shouldBe true
    }
  }
}
