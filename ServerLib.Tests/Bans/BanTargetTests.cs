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
    public void Names_addresses_and_ranges_are_told_apart(string text, string shown, bool isName)
    {
        Assert.IsTrue(BanTarget.TryParse(text, out BanTarget subject, out _));
        Assert.AreEqual(shown, subject.Text);
        Assert.AreEqual(isName, subject.Name is not null);
        Assert.IsTrue(BanTarget.TryParse(shown, out BanTarget again, out _));
        Assert.AreEqual(subject.Key, again.Key);
    }

    [TestMethod]
    [DataRow(null, "no name, address or range")]
    [DataRow("", "no name, address or range")]
    [DataRow("name:", "no name, address or range")]
    [DataRow("two words", "no name, address or range")]
    [DataRow("a\u001b", "no name, address or range")]
    [DataRow("123", "reads like an address and is none")]
    [DataRow("10.0.0.1/8", "reads like an address and is none")]
    [DataRow("10.0.0.256", "reads like an address and is none")]
    [DataRow("fe80::1%3", "reads like an address and is none")]
    [DataRow("ada:lovelace", "reads like an address and is none")]
    [DataRow("127.0.0.1", "this machine")]
    [DataRow("127.0.0.0/8", "this machine")]
    [DataRow("::1", "this machine")]
    [DataRow("::ffff:127.0.0.1", "this machine")]
    [DataRow("0.0.0.0/0", "everyone")]
    [DataRow("::/0", "everyone")]
    public void What_can_not_be_banned_is_said(string? text, string problem)
    {
        Assert.IsFalse(BanTarget.TryParse(text, out _, out string? said));
        StringAssert.Contains(said, problem);
    }

    [TestMethod]
    public void One_name_has_one_key_however_it_is_written()
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
    public void An_address_covers_whoever_is_there_but_this_machine(string what, string address, bool covers)
    {
        Assert.IsTrue(BanTarget.TryParse(what, out BanTarget subject, out _));
        Assert.AreEqual(covers, subject.Covers("", new IPEndPoint(IPAddress.Parse(address), 1)));
    }
}
