using Microsoft.VisualStudio.TestTools.UnitTesting;
using ServerLib;
using ServerLib.Testing;

namespace EchoServer.Tests;

[TestClass]
public sealed class EchoHandlerTests
{
    [TestMethod]
    public async Task Whatever_ada_says_comes_back_to_her()
    {
        await using var ada = new TestConnection("ada");

        await new EchoHandler().OnMessageAsync(ada.Connection, new Message("hello"), CancellationToken.None);

        ReceivedMessage answer = ada.Sent.Single();
        Assert.AreEqual("echo: hello", $"{answer.Sender}: {answer.Text}");
    }
}
