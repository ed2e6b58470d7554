using Microsoft.Extensions.Logging;
using Moq;

namespace ServerLib.Tests.ActivityLog;

[TestClass]
public sealed class LogAdapterTests
{
    [TestMethod]
    public void DelegateLog_passes_messages_on()
    {
        var lines = new List<string>();
        ILog log = new DelegateLog(lines.Add);

        log.Logging("hello");
        CollectionAssert.AreEqual(new[] { "hello" }, lines);
    }

    [TestMethod]
    public void LoggerLog_passes_escaped_messages_on_at_level_information()
    {
        var logger = new Mock<ILogger<LoggerLog>>();
        logger.Setup(l => l.IsEnabled(LogLevel.Information)).Returns(true);

        new LoggerLog(logger.Object).Logging("two\nlines");
        IInvocation call = logger.Invocations.Single(i => i.Method.Name == nameof(ILogger.Log));
        Assert.AreEqual(LogLevel.Information, call.Arguments[0]);
        Assert.AreEqual("two\\nlines", call.Arguments[2]!.ToString());
    }
}
