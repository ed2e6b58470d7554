using System.CommandLine;

namespace ServerLib.Administration.Commands;

/// <summary>Sends a message to everyone in the server's name.</summary>
internal sealed class SayCommand : AdminCommand
{
    private readonly Argument<string[]> _text = new("TEXT") { Description = "The message", Arity = ArgumentArity.OneOrMore };

    public SayCommand()
        : base("say", $"Sends a message to everyone, as {ServerOptions.ServerName}") => Arguments.Add(_text);

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        var message = new Message(string.Join(' ', request.Get(_text)!));
        SendReport report = await request.Service<IMessageRouter>()
            .SendToAllAsync(ServerOptions.ServerName, message, except: null, cancellationToken).ConfigureAwait(false);
        request.Data = new { delivered = report.Delivered, dropped = report.Dropped };
        string dropped = report.Dropped > 0 ? $"; {Count.Of(report.Dropped, "connection")} could not get it" : "";
        return request.Done($"sent to {Count.Of(report.Delivered, "connection")}{dropped}");
    }
}
