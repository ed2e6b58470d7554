using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class GroupNameTests
{
    [TestMethod]
    [DataRow("c")]
    [DataRow("chess club: ä")]
    public void IsValid_accepts_text_without_control_characters(string name) => Assert.IsTrue(GroupName.IsValid(name));

    [TestMethod]
    [DataRow("")]
    [DataRow("a\nb")]
    [DataRow("a\u202eb")]
    public void IsValid_refuses_empty_names_and_control_characters(string name) => Assert.IsFalse(GroupName.IsValid(name));

    [TestMethod]
    public void IsValid_counts_bytes_of_UTF8()
    {
        Assert.IsTrue(GroupName.IsValid(new string('x', 255)));
        Assert.IsFalse(GroupName.IsValid(new string('x', 256)));
        Assert.IsTrue(GroupName.IsValid(new string('\u00e4', 127) + "x"));
        Assert.IsFalse(GroupName.IsValid(new string('\u00e4', 128)));
    }
}
