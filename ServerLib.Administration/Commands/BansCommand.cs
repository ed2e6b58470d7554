using ServerLib.Diagnostics;
using ServerLib.Protocol;

namespace ServerLib.Administration.Commands;

/// <summary>Says who is banned.</summary>
internal sealed class BansCommand(ConnectionServer server, TimeProvider time) : IAdminCommand
{
    public string Name => "bans";

    public string? Argument => null;

    public string Summary => "say who is banned, until when, by whom and why";

    public async ValueTask<int> RunAsync(CommandContext context, CancellationToken cancellationToken)
    {
        IReadOnlyList<Ban> bans = server.Bans;
        context.Data = bans.Select(ban => new { what = ban.Target, since = ban.Since, until = ban.Until, by = ban.CreatedBy, reason = ban.Reason });
        if (bans.Count == 0)
            await context.WriteLineAsync("nobody is banned").ConfigureAwait(false);
        int width = bans.Select(ban => TextSanitizer.Escape(ban.Target).Length).DefaultIfEmpty().Max();
        foreach (Ban ban in bans)
        {
            string until = ban.Until is { } end ? $"until {time.Show(end)}" : "for good";
            string line = $"{TextSanitizer.Escape(ban.Target).PadRight(width)}  {until,-32}  by {TextSanitizer.Escape(ban.CreatedBy)}";
            await context.WriteLineAsync(ban.Reason.Length > 0 ? $"{line}: {TextSanitizer.Escape(ban.Reason)}" : line).ConfigureAwait(false);
        }

        return ExitCode.Done;
    }
}
