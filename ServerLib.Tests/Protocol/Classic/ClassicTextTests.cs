using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Tests.Protocol;

[TestClass]
public sealed class ClassicTextTests
{
    [TestMethod]
    [DataRow("ab", 2, 2)]
    [DataRow("abc", 2, 2)]
    [DataRow("a\u00e4b", 2, 1)]
    [DataRow("a\u20ac", 3, 1)]
    [DataRow("a\U0001F600b", 4, 1)]
    [DataRow("a\U0001F600b", 5, 5)]
    public void SplitLength_splits_no_character(string text, int max, int expected) =>
        Assert.AreEqual(expected, ClassicText.SplitLength(Encoding.UTF8.GetBytes(text), max));
}
