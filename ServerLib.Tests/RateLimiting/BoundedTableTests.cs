using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class BoundedTableTests
{
    [TestMethod]
    public void The_lowest_rank_leaves_and_of_equal_ranks_the_oldest()
    {
        var evicted = new List<int>();
        var table = new BoundedTable<string, int, int>(3, evicted.Add);
        table.Set("a", 1, 2);
        table.Set("b", 2, 1);
        table.Set("c", 3, 1);
        Assert.AreEqual("a c b", Keys(table));

        table.Set("d", 4, 0);
        Assert.AreEqual("a c d", Keys(table));
        table.Set("e", 5, 3);
        Assert.AreEqual("e a c", Keys(table));
        CollectionAssert.AreEqual(new[] { 2, 4 }, evicted);
    }

    [TestMethod]
    public void Set_replaces_an_entry_without_evicting_another()
    {
        var table = new BoundedTable<string, int, int>(2, evicted: _ => Assert.Fail());
        table.Set("a", 1, 1);
        table.Set("b", 2, 2);
        table.Set("a", 3, 3);

        Assert.AreEqual("a b", Keys(table));
        Assert.IsTrue(table.TryGet("a", out int value));
        Assert.AreEqual(3, value);
    }

    [TestMethod]
    public void A_removed_entry_makes_room()
    {
        var table = new BoundedTable<string, int, int>(2);
        table.Set("a", 0, 1);
        table.Set("b", 0, 2);

        Assert.IsTrue(table.Remove("b"));
        Assert.IsFalse(table.Remove("b"));
        Assert.IsFalse(table.TryGet("b", out _));
        table.Set("c", 0, 3);
        Assert.AreEqual("c a", Keys(table));
        Assert.AreEqual(1, table.RemoveWhere(key => key == "c"));
        Assert.AreEqual(1, table.Count);
    }

    [TestMethod]
    public void RemoveUpTo_removes_a_rank_and_all_below()
    {
        var table = new BoundedTable<string, int, int>(9);
        for (int i = 1; i <= 5; i++)
            table.Set($"{i}", i, i);

        table.RemoveUpTo(3);
        Assert.AreEqual("5 4", Keys(table));
    }

    [TestMethod]
    public void TryGet_allocates_nothing()
    {
        var table = new BoundedTable<AddressBlock, int, TimeSpan>(9);
        Assert.IsTrue(AddressBlock.TryParse("2001:db8::/64", out AddressBlock block));
        table.Set(block, 1, TimeSpan.Zero);
        table.TryGet(block, out _);

        Assert.AreEqual(0, Allocations.Least(() =>
        {
            for (int i = 0; i < 1_000; i++)
                table.TryGet(block, out _);
        }));
    }

    private static string Keys(BoundedTable<string, int, int> table) => string.Join(' ', table.Ranked.Select(entry => entry.Key));
}
