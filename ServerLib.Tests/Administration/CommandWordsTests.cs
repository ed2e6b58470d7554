using ServerLib.Administration.Parsing;

namespace ServerLib.Tests.Administration;

[TestClass]
public sealed class CommandWordsTests
{
    [TestMethod]
    [DataRow("", "")]
    [DataRow("  a \t b  ", "a|b")]
    [DataRow("say it's late", "say|it's|late")]
    [DataRow("say \"it's  late\" now", "say|it's  late|now")]
    [DataRow("say 'a \"b\" c'", "say|a \"b\" c")]
    [DataRow("say \"a \\\"b\\\" \\\\ \\c\"", "say|a \"b\" \\ \\c")]
    [DataRow("say 'a\\'", "say|a\\")]
    [DataRow("say a\"b c\"", "say|a\"b|c\"")]
    [DataRow("say \"not closed", "say|not closed")]
    [DataRow("say \"", "say|")]
    [DataRow("say \"\" ''", "say||")]
    [DataRow("say \"a\"b", "say|a|b")]
    [DataRow("C:\\path", "C:\\path")]
    public void A_line_is_split_at_white_space_outside_quotes(string line, string words) =>
        Assert.AreEqual(words, string.Join('|', CommandWords.Split(line)));

    [TestMethod]
    [DataRow("a", "b")]
    [DataRow("")]
    [DataRow("", "")]
    [DataRow("a b", "\tc")]
    [DataRow("it's", "'", "'a", "a'")]
    [DataRow("\"", "a\"", "\"a b\"", "a \"b")]
    [DataRow("\\", "a\\", "\\\"", "a b\\", "a \\\"", "\\\\ x")]
    [DataRow("--", "-x", "zoë 🔑")]
    [DataRow("a\u00a0b", "a\u2003b")]
    public void Joined_words_are_split_into_the_same_words(params string[] words) =>
        CollectionAssert.AreEqual(words, CommandWords.Split(CommandWords.Join(words)));

    [TestMethod]
    public void Any_words_survive_joining_and_splitting()
    {
        const string Characters = "ab\\\"' \t-";
        var random = new Random(1);
        for (int i = 0; i < 10_000; i++)
        {
            string[] words = [.. Enumerable.Range(0, random.Next(4)).Select(_ => new string(random.GetItems<char>(Characters, random.Next(6))))];
            string line = CommandWords.Join(words);
            CollectionAssert.AreEqual(words, CommandWords.Split(line), line);
        }
    }
}
