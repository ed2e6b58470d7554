using ServerLib.Protocol;

namespace ServerLib.Administration.Sockets;

/// <summary>A program that uses the admin socket: the compact protocol's preface, and then any number of COMMAND frames.</summary>
internal sealed class AdminSocketConnection(AdminCommandRunner commands, TimeProvider time)
{
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(5);

    /// <summary>Answers commands, one after the other, until the other side closes the connection.</summary>
    public async Task RunAsync(Stream stream, CancellationToken cancellationToken)
    {
        var frames = new AdminFrames(stream);
        if (!await ReadPrefaceAsync(frames, cancellationToken).ConfigureAwait(false))
            return;
        while (await frames.ReadAsync(cancellationToken).ConfigureAwait(false) is { } frame)
        {
            switch (frame.Type)
            {
                case FrameType.Command:
                    byte[] output = await RunAsync(frame.Payload, cancellationToken).ConfigureAwait(false);

                    // 'shutdown' has an answer too, but a program that does not read must not hold up the server.
                    using (var limit = new CancellationTokenSource(WriteTimeout, time))
                        await frames.WriteAsync(FrameType.Output, output, limit.Token).ConfigureAwait(false);
                    break;
                case FrameType.Ping:
                    await frames.WriteAsync(FrameType.Pong, frame.Payload, cancellationToken).ConfigureAwait(false);
                    break;
                case FrameType.Close:
                    return;
                default:
                    var error = new CompactControl.Error("unknown-type", "The admin socket takes COMMAND only.", CompactFrame.Hex(frame.Type));
                    await frames.WriteAsync(FrameType.Error, error, CompactJson.Default.Error, cancellationToken).ConfigureAwait(false);
                    break;
            }
        }
    }

    private async Task<bool> ReadPrefaceAsync(AdminFrames frames, CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource(AdminSocket.PrefaceTimeout, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        return await frames.ReadPrefaceAsync(either.Token).ConfigureAwait(false);
    }

    private async Task<byte[]> RunAsync(byte[] payload, CancellationToken cancellationToken)
    {
        CompactControl.Command? command = CompactControl.TryParse(payload, CompactJson.Default.Command);
        CommandOutput output = command?.Line is not { } line || line.Any(char.IsControl)
            ? new CommandOutput(ExitCode.WrongUsage, "a command is one line without control characters")
            : await commands.RunAsync(new CommandRequest(line, command.Input), AdminCaller.Console, cancellationToken).ConfigureAwait(false);
        return BoundedPayload.Output(output, AdminFrames.MaxFrame, command?.Id);
    }
}
