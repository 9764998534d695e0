package io.conclave.register

import io.conclave.core.{Ballot, RegisterRecord}
import java.util.{Optional, UUID}
import org.scalacheck.Gen
import org.scalatest.propspec.AnyPropSpec
import org.scalatest.matchers.should.Matchers
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks

/** Replicas of a cell merge to the same value whatever the order and the repetitions. */
class RegisterCellSpec extends AnyPropSpec with Matchers with ScalaCheckPropertyChecks {
  private val ballots =
    for { n <- Gen.choose(0L, 3L); c <- Gen.choose(0L, 2L) } yield new Ballot(n, new UUID(0, c))

  // Under one ballot a version has one content: the law that Turn.write keeps.
  private val records =
    for { b <- ballots; v <- Gen.choose(0L, 3L) }
      yield new RegisterRecord(b, v, Optional.empty(), java.util.List.of())

  private val cells = for { b <- ballots; r <- records } yield new RegisterCell(b, r)

  property("merge is commutative") {
    forAll(cells, cells) { (a, b) => a.merge(b) shouldBe b.merge(a) }
  }

  property("merge is associative") {
    forAll(cells, cells, cells) { (a, b, c) =>
      a.merge(b).merge(c) shouldBe a.merge(b.merge(c))
    }
  }

  property("merge is idempotent") {
    forAll(cells, cells) { (a, b) =>
      a.merge(a) shouldBe a
      a.merge(b).merge(b) shouldBe a.merge(b)
    }
  }

  property("merge never goes back") {
    forAll(cells, cells) { (a, b) =>
      val merged = a.merge(b)
      a.claimed.isAbove(merged.claimed) shouldBe false
      a.record.compareTo(merged.record) should be <= 0
    }
  }

  property("a record never has a ballot above the one claimed") {
    forAll(cells, records) { (cell, record) =>
      val held = cell.cell.holding(record)
      held.record.ballot.isAbove(held.claimed) shouldBe false
    }
  }

  property("claiming and holding are merges") {
    forAll(cells, ballots, records) { (cell, ballot, record) =>
      cell.cell.claiming(ballot).merge(cell.cell) shouldBe cell.cell.claiming(ballot)
      cell.cell.holding(record).merge(cell.cell) shouldBe cell.cell.holding(record)
    }
  }
}
