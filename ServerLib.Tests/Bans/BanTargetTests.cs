using System.Net;
using ServerLib.Bans;

namespace ServerLib.Tests.Bans;

[TestClass]
public sealed class BanTargetTests
{
    [TestMethod]
    [DataRow("ada", "ada", true)]
    [DataRow("name:ada", "ada", true)]
    [DataRow("NAME:ada", "ada", true)]
    [DataRow("a/b", "a/b", true)]
    [DataRow("203.0.113.7.example", "203.0.113.7.example", true)]
    [DataRow("name:10.0.0.1", "name:10.0.0.1", true)]
    [DataRow("name:10.0.0.0/8", "name:10.0.0.0/8", true)]
    [DataRow("name:123", "name:123", true)]
    [DataRow("203.0.113.7", "203.0.113.7", false)]
    [DataRow("::ffff:203.0.113.7", "203.0.113.7", false)]
    [DataRow("203.0.113.0/24", "203.0.113.0/24", false)]
    [DataRow("2001:DB8::/64", "2001:db8::/64", false)]
    [DataRow("126.0.0.0/7", "126.0.0.0/7", false)]
    public void TryParse_distinguishes_names_addresses_and_ranges(string text, string shown, bool isName)
    {
        Assert.IsTrue(BanTarget.TryParse(text, out BanTarget target, out _));
        Assert.AreEqual(shown, target.Text);
        Assert.AreEqual(isName, target.Name is not null);
        Assert.IsTrue(BanTarget.TryParse(shown, out BanTarget again, out _));
        Assert.AreEqual(target.Key, again.Key);
    }

    [TestMethod]
    [DataRow(null, "is not a name, address or range")]
    [DataRow("", "is not a name, address or range")]
    [DataRow("name:", "is not a name, address or range")]
    [DataRow("two words", "is not a name, address or range")]
    [DataRow("a\u001b", "is not a name, address or range")]
    [DataRow("123", "is not a valid address or range")]
    [DataRow("10.0.0.1/8", "is not a valid address or range")]
    [DataRow("10.0.0.256", "is not a valid address or range")]
    [DataRow("fe80::1%3", "is not a valid address or range")]
    [DataRow("ada:lovelace", "is not a valid address or range")]
    [DataRow("127.0.0.1", "is a loopback address")]
    [DataRow("127.0.0.0/8", "is a loopback address")]
    [DataRow("::1", "is a loopback address")]
    [DataRow("::ffff:127.0.0.1", "is a loopback address")]
    [DataRow("0.0.0.0/0", "contains all addresses")]
    [DataRow("::/0", "contains all addresses")]
    public void TryParse_says_why_a_target_is_invalid(string? text, string problem)
    {
        Assert.IsFalse(BanTarget.TryParse(text, out _, out string? said));
        StringAssert.Contains(said, problem);
    }

    [TestMethod]
    public void All_spellings_of_a_name_have_one_key()
    {
        Assert.IsTrue(BanTarget.TryParse("Zoë", out BanTarget one, out _));
        Assert.IsTrue(BanTarget.TryParse("name:ZOË", out BanTarget other, out _));
        Assert.AreEqual(one.Key, other.Key);
        Assert.IsTrue(one.Covers("zoë", new IPEndPoint(IPAddress.Loopback, 1)));
        Assert.IsFalse(one.Covers("", new IPEndPoint(IPAddress.Loopback, 1)));
        Assert.IsFalse(one.Covers("zoe", new IPEndPoint(IPAddress.Loopback, 1)));
    }

    [TestMethod]
    [DataRow("126.0.0.0/7", "126.1.2.3", true)]
    [DataRow("126.0.0.0/7", "127.1.2.3", false)]
    [DataRow("126.0.0.0/7", "128.0.0.0", false)]
    [DataRow("2001:db8::1", "2001:db8::1", true)]
    [DataRow("2001:db8::1", "2001:db8::2", false)]
    [DataRow("::/1", "::1", false)]
    public void Addresses_cover_all_clients_there_but_not_loopback(string what, string address, bool covers)
    {
        Assert.IsTrue(BanTarget.TryParse(what, out BanTarget target, out _));
        Assert.AreEqual(covers, target.Covers("", new IPEndPoint(IPAddress.Parse(address), 1)));
    }
}
