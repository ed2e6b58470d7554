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
    [DataRow("fe80::1%3", "fe80::1", DisplayName = "fe80::1 with a scope")]
    [DataRow("febf:ffff::1", "febf:ffff::1")]
    [DataRow("fe7f::1", "fe7f::/64")]
    [DataRow("fec0::1", "fec0::/64")]
    [DataRow("::1", "::1")]
    [DataRow("::2", "::/64")]
    [DataRow("0.0.0.0", "0.0.0.0")]
    public void An_address_counts_as_its_block(string address, string block) =>
        Assert.AreEqual(block, AddressBlock.Of(IPAddress.Parse(address)).ToString());

    [TestMethod]
    [DataRow(32, "203.0.113.255")]
    [DataRow(31, "203.0.113.254/31")]
    [DataRow(24, "203.0.113.0/24")]
    [DataRow(0, "0.0.0.0/0")]
    public void The_prefix_decides_how_much_of_an_IPv4_address_counts(int prefix, string block)
    {
        var address = IPAddress.Parse("203.0.113.255");
        Assert.AreEqual(block, AddressBlock.Of(address, prefix).ToString());
        Assert.AreEqual(AddressBlock.Of(address, prefix), AddressBlock.Of(address.MapToIPv6(), prefix));
        Assert.AreEqual(AddressBlock.Of(address, prefix), AddressBlock.Of(new IPEndPoint(address, 5), prefix));
    }

    [TestMethod]
    public void Addresses_of_one_block_are_equal_keys()
    {
        AddressBlock here = AddressBlock.Of(IPAddress.Parse("2001:db8::1"));
        AddressBlock neighbor = AddressBlock.Of(IPAddress.Parse("2001:db8::ffff:ffff:ffff:ffff"));
        Assert.IsTrue(here.Equals((object)neighbor));
        Assert.AreEqual(here.GetHashCode(), neighbor.GetHashCode());
        Assert.AreNotEqual(here, AddressBlock.Of(IPAddress.Parse("2001:db8:0:1::1")));
        Assert.AreNotEqual(AddressBlock.Of(IPAddress.Parse("10.0.0.1")), AddressBlock.Of(IPAddress.Parse("10.0.0.2")));
        Assert.IsFalse(here.Equals("2001:db8::/64"));
    }

    [TestMethod]
    public void A_link_local_address_is_a_block_of_its_own_whatever_its_scope()
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
    public void IsLoopback_recognizes_loopback_addresses_and_ranges(string text, bool isLoopback)
    {
        Assert.IsTrue(AddressBlock.TryParse(text, out AddressBlock block));
        Assert.AreEqual(isLoopback, block.IsLoopback);
    }

    [TestMethod]
    public void An_end_point_without_IP_address_counts_as_loopback()
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
    public void TryParse_reads_what_ToString_writes(string text, string written, int prefix)
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
    public void TryParse_rejects_anything_else(string? text) => Assert.IsFalse(AddressBlock.TryParse(text, out _));

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
    public void Contains_compares_the_prefix_and_the_address_family(string range, string other, bool contains)
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
    public void Blocks_overlap_if_one_contains_the_other(string left, string right, bool expected)
    {
        Assert.IsTrue(AddressBlock.TryParse(left, out AddressBlock one));
        Assert.IsTrue(AddressBlock.TryParse(right, out AddressBlock other));
        Assert.AreEqual(expected, one.Overlaps(other));
    }
}
