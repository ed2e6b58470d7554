using System.Net;
using System.Net.Sockets;
using ServerLib.RateLimiting;

namespace ServerLib.Tests.RateLimiting;

[TestClass]
public sealed class AddressBlockTests
{
    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7")]
    [DataRow("::ffff:203.0.113.7", "203.0.113.7")]
    [DataRow("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64")]
    [DataRow("fe80::1", "fe80::1")]
    [DataRow("fe80::1%3", "fe80::1", DisplayName = "on whatever link it is")]
    [DataRow("febf:ffff::1", "febf:ffff::1")]
    [DataRow("fe7f::1", "fe7f::/64")]
    [DataRow("fec0::1", "fec0::/64")]
    [DataRow("::1", "::1")]
    [DataRow("::2", "::/64")]
    [DataRow("0.0.0.0", "0.0.0.0")]
    public void An_address_counts_as_what_one_person_has(string address, string block) =>
        Assert.AreEqual(block, AddressBlock.Of(IPAddress.Parse(address)).ToString());

    [TestMethod]
    [DataRow(32, "203.0.113.255")]
    [DataRow(31, "203.0.113.254/31")]
    [DataRow(24, "203.0.113.0/24")]
    [DataRow(0, "0.0.0.0/0")]
    public void As_much_of_an_IPv4_address_counts_as_was_said(int prefix, string block)
    {
        var address = IPAddress.Parse("203.0.113.255");
        Assert.AreEqual(block, AddressBlock.Of(address, prefix).ToString());
        Assert.AreEqual(AddressBlock.Of(address, prefix), AddressBlock.Of(address.MapToIPv6(), prefix));
        Assert.AreEqual(AddressBlock.Of(address, prefix), AddressBlock.Of(new IPEndPoint(address, 5), prefix));
    }

    [TestMethod]
    public void Neighbours_are_the_same_key_and_others_are_not()
    {
        AddressBlock here = AddressBlock.Of(IPAddress.Parse("2001:db8::1"));
        AddressBlock neighbour = AddressBlock.Of(IPAddress.Parse("2001:db8::ffff:ffff:ffff:ffff"));
        Assert.IsTrue(here.Equals((object)neighbour));
        Assert.AreEqual(here.GetHashCode(), neighbour.GetHashCode());
        Assert.AreNotEqual(here, AddressBlock.Of(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.AreNotEqual(AddressBlock.Of(IPAddress.Parse("10.0.0.1")), AddressBlock.Of(IPAddress.Parse("10.0.0.2")));
        Assert.IsFalse(here.Equals("2001:db8::/64"));
    }

    [TestMethod]
    public void A_host_is_not_taken_for_the_others_on_its_link_wherever_the_link_is_met()
    {
        AddressBlock host = AddressBlock.Of(IPAddress.Parse("fe80::1%2"));
        Assert.AreNotEqual(host, AddressBlock.Of(IPAddress.Parse("fe80::2%2")));
        Assert.AreEqual(host, AddressBlock.Of(new IPEndPoint(IPAddress.Parse("fe80::1%3"), 5)));
        Assert.IsTrue(AddressBlock.TryParse(host.ToString(), out AddressBlock read));
        Assert.AreEqual(host, read);
        Assert.IsTrue(AddressBlock.TryParse("fe80::/10", out AddressBlock links));
        Assert.IsTrue(links.Contains(host));
        Assert.AreEqual(links, AddressBlock.Of(IPAddress.Parse("fe80::1"), ipv6Prefix: 10));
    }

    [TestMethod]
    [DataRow("127.0.0.1", true)]
    [DataRow("127.255.255.255", true)]
    [DataRow("127.0.0.0/8", true)]
    [DataRow("::ffff:127.0.0.1", true)]
    [DataRow("::1", true)]
    [DataRow("126.0.0.0/7", false)]
    [DataRow("128.0.0.1", false)]
    [DataRow("::", false)]
    [DataRow("::2", false)]
    [DataRow("::/64", false)]
    [DataRow("::7f00:1", false)]
    public void The_machine_itself_is_known(string text, bool isLoopback)
    {
        Assert.IsTrue(AddressBlock.TryParse(text, out AddressBlock block));
        Assert.AreEqual(isLoopback, block.IsLoopback);
    }

    [TestMethod]
    public void What_has_no_IP_address_is_on_this_machine()
    {
        Assert.IsTrue(AddressBlock.Of(new UnixDomainSocketEndPoint("somewhere")).IsLoopback);
        Assert.IsTrue(AddressBlock.Of(new IPEndPoint(IPAddress.Loopback, 1), 8).IsLoopback);
        Assert.IsTrue(AddressBlock.Of(IPAddress.IPv6Loopback).IsLoopback);
    }

    [TestMethod]
    [DataRow("203.0.113.7", "203.0.113.7", 32)]
    [DataRow("203.0.113.7/32", "203.0.113.7", 32)]
    [DataRow("10.0.0.0/8", "10.0.0.0/8", 8)]
    [DataRow("0.0.0.0/0", "0.0.0.0/0", 0)]
    [DataRow("::ffff:10.0.0.0/104", "10.0.0.0/8", 8)]
    [DataRow("::ffff:0:0/96", "0.0.0.0/0", 0)]
    [DataRow("::fffe:0:0/95", "::fffe:0:0/95", 95)]
    [DataRow("2001:DB8::/32", "2001:db8::/32", 32)]
    [DataRow("2001:db8::1", "2001:db8::1", 128)]
    [DataRow("::/0", "::/0", 0)]
    public void A_range_is_read_and_written(string text, string written, int prefix)
    {
        Assert.IsTrue(AddressBlock.TryParse(text, out AddressBlock block));
        Assert.AreEqual(written, block.ToString());
        Assert.AreEqual(prefix, block.Prefix);
        Assert.IsTrue(AddressBlock.TryParse(written, out AddressBlock again));
        Assert.AreEqual(block, again);
    }

    [TestMethod]
    [DataRow(null)]
    [DataRow("")]
    [DataRow("/")]
    [DataRow("/8")]
    [DataRow("10")]
    [DataRow("10.1")]
    [DataRow("010.0.0.1")]
    [DataRow("0x7f.0.0.1")]
    [DataRow("10.0.0.1/8")]
    [DataRow("10.0.0.0/")]
    [DataRow("10.0.0.0/33")]
    [DataRow("10.0.0.0/-1")]
    [DataRow("10.0.0.0/+8")]
    [DataRow("10.0.0.0/08")]
    [DataRow("10.0.0.0/ 8")]
    [DataRow("10.0.0.0/8/8")]
    [DataRow("10.0.0.0/99999999999")]
    [DataRow("::/129")]
    [DataRow("2001:db8::1/64")]
    [DataRow("[::1]")]
    [DataRow("[::1]:80")]
    [DataRow("fe80::1%3")]
    [DataRow("10.0.0.1 ")]
    [DataRow("10.0.0.1:80")]
    [DataRow("ada")]
    public void What_is_no_range_is_not_taken_for_one(string? text) => Assert.IsFalse(AddressBlock.TryParse(text, out _));

    [TestMethod]
    [DataRow("10.0.0.0/8", "10.255.255.255", true)]
    [DataRow("10.0.0.0/8", "11.0.0.0", false)]
    [DataRow("10.0.0.0/8", "10.0.0.0/8", true)]
    [DataRow("10.0.0.0/8", "0.0.0.0/0", false)]
    [DataRow("0.0.0.0/0", "203.0.113.7", true)]
    [DataRow("::/0", "2001:db8::1", true)]
    [DataRow("::/0", "203.0.113.7", false)]
    [DataRow("0.0.0.0/0", "2001:db8::1", false)]
    [DataRow("::fffe:0:0/95", "203.0.113.7", false)]
    public void A_range_has_what_begins_like_it_and_is_of_its_kind(string range, string other, bool contains)
    {
        Assert.IsTrue(AddressBlock.TryParse(range, out AddressBlock block));
        Assert.IsTrue(AddressBlock.TryParse(other, out AddressBlock inside));
        Assert.AreEqual(contains, block.Contains(inside));
        if (contains)
            Assert.AreEqual(block, inside.Widen(block.Prefix));
    }

    [TestMethod]
    [DataRow("2001:db8::/64", "2001:db8::5", true)]
    [DataRow("2001:db8::5", "2001:db8::/64", true)]
    [DataRow("10.0.0.0/9", "10.128.0.0/9", false)]
    [DataRow("::/1", "10.0.0.1", false)]
    public void Two_overlap_where_one_contains_the_other(string left, string right, bool expected)
    {
        Assert.IsTrue(AddressBlock.TryParse(left, out AddressBlock one));
        Assert.IsTrue(AddressBlock.TryParse(right, out AddressBlock other));
        Assert.AreEqual(expected, one.Overlaps(other));
    }
}
