using Microsoft.VisualStudio.TestTools.UnitTesting;
using ServerLib;
using ServerLib.Testing;

namespace EchoServer.Tests;

[TestClass]
public sealed class EchoHandlerTests
{
    [TestMethod]
    public async Task A_message_comes_back_to_its_sender()
    {
        await using TestConnection ada = await TestConnection.CreateAsync("ada");

        await new EchoHandler().OnMessageAsync(ada.Connection, new Message("hello"), CancellationToken.None);

        ReceivedMessage answer = (await ada.ReadSentAsync()).Single();
        Assert.AreEqual("echo: hello", $"{answer.Sender}: {answer.Text}");
    }
}
