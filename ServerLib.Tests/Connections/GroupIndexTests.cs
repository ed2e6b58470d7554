using CsCheck;
using ServerLib.Connections;

namespace ServerLib.Tests.Connections;

[TestClass]
public sealed class GroupIndexTests
{
    private readonly GroupIndex _groups = new();
    private readonly Connection _alice = new MemoryConnection().Connection;
    private readonly Connection _bob = new MemoryConnection().Connection;

    [TestMethod]
    public void A_group_exists_while_it_has_a_member()
    {
        Assert.IsNull(_groups.Find("chess"));
        _groups.Join(_alice, "chess", 10);
        _groups.Join(_bob, "chess", 10);
        Assert.AreEqual(2, _groups.Find("chess")!.Count);
        Assert.IsTrue(_groups.Leave(_alice, "chess"));
        Assert.IsFalse(_groups.Leave(_alice, "chess"));
        Assert.IsTrue(_groups.Find("chess")!.Contains(_bob));
        _groups.LeaveAll(_bob);
        Assert.IsNull(_groups.Find("chess"));
    }

    [TestMethod]
    public void Names_are_compared_as_they_are()
    {
        _groups.Join(_alice, "chess", 10);

        Assert.IsNull(_groups.Find("Chess"));
    }

    [TestMethod]
    public void A_connection_is_in_so_many_groups_at_once()
    {
        Assert.IsFalse(_groups.Join(_alice, "one", 0));
        Assert.IsNull(_groups.Find("one"));
        Assert.IsTrue(_groups.Join(_alice, "one", 2));
        Assert.IsTrue(_groups.Join(_alice, "two", 2));
        Assert.IsTrue(_groups.Join(_alice, "two", 2));
        Assert.IsFalse(_groups.Join(_alice, "three", 2));
        Assert.IsTrue(_groups.Join(_bob, "three", 2));
        _groups.Leave(_alice, "one");
        Assert.IsTrue(_groups.Join(_alice, "three", 2));
    }

    [TestMethod]
    public void LeaveAll_leaves_each_group_once()
    {
        _groups.Join(_alice, "one", 10);
        _groups.Join(_alice, "two", 10);
        _groups.Join(_bob, "two", 10);

        CollectionAssert.AreEquivalent(new[] { "one", "two" }, _groups.LeaveAll(_alice).ToArray());
        Assert.IsEmpty(_groups.LeaveAll(_alice));
        Assert.IsNull(_groups.Find("one"));
        Assert.AreEqual(1, _groups.Find("two")!.Count);
    }

    [TestMethod]
    public void A_closed_connection_cannot_join_a_group()
    {
        _alice.End(DisconnectReason.Kicked);

        Assert.IsFalse(_groups.Join(_alice, "chess", 10));
        Assert.IsNull(_groups.Find("chess"));
    }

    [TestMethod]
    public void The_index_behaves_like_a_set_of_pairs()
    {
        Connection[] connections = [_alice, _bob, new MemoryConnection().Connection];
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, 3], Gen.Int[0, 4]).Array[0, 40].Sample(steps =>
        {
            var groups = new GroupIndex();
            var model = new HashSet<(int Who, int Group)>();
            foreach ((int who, int group, int what) in steps)
            {
                if (what == 0)
                    Assert.AreEqual(model.RemoveWhere(pair => pair.Who == who), groups.LeaveAll(connections[who]).Count);
                else if (what == 1)
                    Assert.AreEqual(model.Remove((who, group)), groups.Leave(connections[who], $"{group}"));
                else
                    Assert.AreEqual(Join(who, group), groups.Join(connections[who], $"{group}", 2));
            }

            for (int group = 0; group <= 3; group++)
            {
                Connection[] expected = [.. model.Where(pair => pair.Group == group).Select(pair => connections[pair.Who])];
                CollectionAssert.AreEquivalent(expected, groups.Find($"{group}")?.Slots.OfType<Connection>().ToArray() ?? []);
                Assert.AreEqual(expected.Length == 0, groups.Find($"{group}") is null);
            }

            bool Join(int who, int group)
            {
                if (model.Count(pair => pair.Who == who) < 2)
                    model.Add((who, group));
                return model.Contains((who, group));
            }
        });
    }
}
