using System.IO.Pipelines;
using System.Net;
using Moq;

namespace ServerLib.Tests.Users;

/// <summary>The test of a handler with mocks: it needs no server and no client.</summary>
[TestClass]
public sealed class WhisperHandlerTests
{
    private readonly Mock<IConnectionLedger> _ledger = new();
    private readonly Mock<IMessageRouter> _router = new();
    private readonly Connection _ada = OnPipes("ada");

    [TestMethod]
    public async Task A_message_to_a_connected_user_goes_to_that_user_only()
    {
        _ledger.Setup(l => l.Find("bob")).Returns([OnPipes("bob")]);

        await SubmitAsync("@bob psst\n");
        _router.Verify(r => r.SendToUserAsync("bob", "ada", Text("psst\n"), It.IsAny<CancellationToken>()), Times.Once);
        _router.VerifyNoOtherCalls();
    }

    [TestMethod]
    [DataRow("@bob psst\n")]
    [DataRow("@bob\n")]
    public async Task The_sender_is_told_that_a_user_is_not_connected(string text)
    {
        _ledger.Setup(l => l.Find(It.IsAny<string>())).Returns([]);

        await SubmitAsync(text);
        _router.Verify(
            r => r.SendToUserAsync("ada", "SERVER", Text("nobody of that name is here"), It.IsAny<CancellationToken>()), Times.Once);
        _router.VerifyNoOtherCalls();
    }

    [TestMethod]
    public async Task Any_other_message_goes_to_everyone_but_the_sender()
    {
        await SubmitAsync("hello\n");

        _router.Verify(r => r.SendToAllAsync("ada", Text("hello\n"), _ada, It.IsAny<CancellationToken>()), Times.Once);
        _ledger.VerifyNoOtherCalls();
    }

    private static Message Text(string text) => It.Is<Message>(message => message.Text == text);

    private static Connection OnPipes(string name)
    {
        var pipe = new Mock<IDuplexPipe>();
        pipe.Setup(p => p.Input).Returns(new Pipe().Reader);
        pipe.Setup(p => p.Output).Returns(new Pipe().Writer);
        var connection = new Connection(pipe.Object, new(new IPEndPoint(IPAddress.Loopback, 1)));
        connection.UpdateAlias(name);
        return connection;
    }

    private ValueTask SubmitAsync(string text) => new WhisperHandler(_ledger.Object, _router.Object)
        .OnMessageAsync(_ada, new Message(text), CancellationToken.None);
}
