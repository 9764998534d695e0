package io.conclave.core.failover

import io.conclave.core._
import java.util.UUID
import org.scalacheck.Gen
import org.scalatest.matchers.should.Matchers
import org.scalatest.propspec.AnyPropSpec
import org.scalatestplus.scalacheck.ScalaCheckPropertyChecks
import scala.jdk.CollectionConverters._

/**
 * Two configurations, the second begun and perhaps promoted; every commit is on its primary and on k members. Whoever is
 * fenced, the node that is chosen holds every acknowledged commit of both.
 */
class FenceRuleSpec extends AnyPropSpec with Matchers with ScalaCheckPropertyChecks {
  private val names = Vector("a", "b", "c", "d", "e").map(new NodeId(_))

  /** WAL is reduced to (epoch, length): a node of epoch 2 has the first `fork` records of epoch 1. */
  private case class World(
      register: RegisterRecord, fork: Long, wal: Map[NodeId, (Long, Long)], fenced: Set[NodeId],
      stopped: Set[NodeId], acknowledged: Set[(Long, Long)])

  private def holds(world: World, node: NodeId, commit: (Long, Long)): Boolean = {
    val (epoch, length) = world.wal(node)
    if (commit._1 == epoch) commit._2 <= length
    else commit._1 == 1 && epoch == 2 && commit._2 <= world.fork
  }

  private val worlds: Gen[World] = for {
    others <- Gen.choose(1, 4)
    nodes = names.take(others + 1)
    size <- Gen.choose(0, others)
    members <- Gen.pick(size, nodes.tail)
    k <- Gen.choose(0, size)
    lengths <- Gen.listOfN(nodes.size, Gen.choose(0L, 6L))
    begun <- Gen.oneOf(true, false)
    candidateSeed <- Gen.choose(0, others - 1)
    size2 <- Gen.choose(0, others)
    seed2 <- Gen.listOfN(nodes.size, Gen.choose(0L, 4L))
    moved <- Gen.listOfN(nodes.size, Gen.oneOf(true, false))
    fenced <- Gen.someOf(nodes)
    stopped <- Gen.someOf(nodes)
  } yield {
    val a = nodes.head
    val one = new Configuration(1, a, new SyncSet(members.toList.asJava, k), new UUID(1, 0))
    // The primary is ahead of everybody on its history.
    val top = lengths.max
    val wal1 = nodes.zip(lengths).map { case (n, l) => n -> ((1L, if (n == a) top else l)) }.toMap
    val acked1 = (1L to top).filter(l => members.count(m => wal1(m)._2 >= l) >= k).map(l => (1L, l))
    val register1 = RegisterRecord.EMPTY.begin(one).establish(one.promotion)
    // The second is begun with a candidate that the rule allows: one that has all that was acknowledged.
    val candidate = nodes.tail(candidateSeed)
    val legal = begun && acked1.forall(c => wal1(candidate)._2 >= c._2)
    if (!legal)
      World(register1, 0, wal1, fenced.toSet, stopped.toSet, acked1.toSet)
    else {
      val fork = wal1(candidate)._2
      val prefix = nodes.filter(n => n != candidate && wal1(n)._2 <= fork)
      val members2 = prefix.take(size2)
      val sync2 = SyncSet.majorityOf(members2.asJava)
      val two = new Configuration(2, candidate, sync2, new UUID(2, 0))
      val top2 = seed2.max
      val wal2 = nodes.indices.map { i =>
        val n = nodes(i)
        if (n == candidate) n -> ((2L, top2))
        else if (prefix.contains(n) && moved(i)) n -> ((2L, seed2(i)))
        else n -> wal1(n)
      }.toMap
      val acked2 = (1L to top2)
        .filter(l => members2.count(m => wal2(m)._1 == 2 && wal2(m)._2 >= l) >= sync2.k)
        .map(l => (2L, l))
      World(register1.begin(two), fork, wal2, fenced.toSet, stopped.toSet, (acked1 ++ acked2).toSet)
    }
  }

  private def evidence(world: World): java.util.Map[NodeId, Fenced] =
    world.fenced.map { n =>
      val (epoch, length) = world.wal(n)
      val row = new EpochRow(epoch, new UUID(epoch, 0), n, epoch.toInt, Lsn.ZERO)
      n -> new Fenced(
        Ballot.NONE, 1, new Lsn(length), epoch.toInt, row, !world.stopped.contains(n))
    }.toMap.asJava

  property("the chosen node holds every acknowledged commit of every active configuration") {
    var chosen = 0
    forAll(worlds, minSuccessful(5000)) { world =>
      val fenced = evidence(world)
      if (FenceRule.isQuorumOfAll(world.register, fenced)) {
        FenceRule
          .choose(world.register, fenced, n => FenceRuleTest.member(n), _ => true, Preference.NONE)
          .ifPresent { node =>
            chosen += 1
            world.acknowledged.filterNot(holds(world, node, _)) shouldBe empty
          }
      }
    }
    chosen should be > 500
  }

  property("more fences never undo a quorum") {
    forAll(worlds, Gen.oneOf(names)) { (world, more) =>
      val all = evidence(world.copy(fenced = world.fenced ++ world.wal.keySet.filter(_ == more)))
      if (FenceRule.isQuorumOfAll(world.register, evidence(world)))
        FenceRule.isQuorumOfAll(world.register, all) shouldBe true
    }
  }
}
