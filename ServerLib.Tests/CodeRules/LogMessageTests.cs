using System.Text.RegularExpressions;

namespace ServerLib.Tests.CodeRules;

/// <summary>The text of each event is defined once: by an event class in Diagnostics, or in the file <c>X.Log.cs</c> of class X.</summary>
[TestClass]
public sealed partial class LogMessageTests
{
    private static readonly string[] Projects =
        ["ServerLib", "ServerLib.Administration", "ServerLib.Client", "ServerLib.Host", "ServerLib.Protocol"];

    [TestMethod]
    public void Log_messages_are_defined_by_event_classes_only()
    {
        IEnumerable<string> violations =
            from project in Projects
            from file in SourceFiles(project)
            where !DefinesEvents(file)
            from Match text in LogText().Matches(File.ReadAllText(Repository.File(project, file)))
            select $"{project}/{file}: {text.Value.Trim()}";

        Assert.AreEqual("", string.Join(Environment.NewLine, violations));
    }

    [TestMethod]
    [DataRow("""[LoggerMessage(1, LogLevel.Error, "It failed.")]""")]
    [DataRow("""_log?.Logging($"[ STATUS ] clients: {count}")""")]
    [DataRow("""logger.LogWarning("It failed.")""")]
    [DataRow("""string line = "[ ALERT ] it failed";""")]
    public void A_log_message_is_found(string code) => Assert.IsTrue(LogText().IsMatch(code));

    private static bool DefinesEvents(string file) =>
        file.StartsWith("Diagnostics/", StringComparison.Ordinal) || file.EndsWith(".Log.cs", StringComparison.Ordinal);

    private static IEnumerable<string> SourceFiles(string project) =>
        Directory.EnumerateFiles(Repository.File(project), "*.cs", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(Repository.File(project), file).Replace('\\', '/'))
            .Where(file => !file.StartsWith("bin/", StringComparison.Ordinal) && !file.StartsWith("obj/", StringComparison.Ordinal));

    // The notice of a shutdown is a message to clients. WIRE.md quotes lines of the activity log in capitals, in brackets.
    [GeneratedRegex("""
        \[LoggerMessage\(.*|\.Logging\(\s*\$?".*|\.Log(Trace|Debug|Information|Warning|Error|Critical)?\(\s*(e, )?\$?".*|"\[ (?!ALERT \] Server shutting)(ALERT|STATUS|COMMAND|CONNECTION)\b.*
        """, RegexOptions.ExplicitCapture)]
    private static partial Regex LogText();
}
