using System.CommandLine;
using System.Text;

namespace ServerLib.Administration.Commands;

/// <summary>Reads a part of an export. <c>user export</c> sends it.</summary>
internal sealed class UserExportPageCommand : AdminCommand
{
    public const string Path = "user export-page";

    /// <summary>Lines of accounts with many addresses take up to 20 KiB, and an admin's connection may have frames of 64 KiB.</summary>
    private const int MaxSize = 24 * 1024;

    private readonly Option<bool> _hashes = new("--hashes");
    private readonly Option<string?> _after = new("--after");

    public UserExportPageCommand()
        : base(Path, "Reads accounts for an export", CommandPlace.ServerOrFiles)
    {
        Options.Add(_hashes);
        Options.Add(_after);

        // RunAsync writes the entry.
        IsAudited = false;
        Hidden = true;
    }

    public override async Task<int> RunAsync(AdminRequest request, CancellationToken cancellationToken)
    {
        bool hasHashes = request.Get(_hashes);
        string? after = request.Get(_after);
        if (hasHashes && request.Caller.IsRemote)
            return request.Refuse(ExitCode.WrongUsage, "hashes are exported on the server's machine only");
        request.Audit(
            AuditEvent.AdminCommand, "", $"user export{(hasHashes ? " --hashes" : "")}{(after is null ? "" : $", continued after {after}")}");
        List<string> lines = [];
        try
        {
            after = await ReadAsync(request.Service<IAccountTransfer>(), after, hasHashes, lines, cancellationToken).ConfigureAwait(false);
        }
        catch (ArgumentException)
        {
            return request.Refuse(ExitCode.WrongUsage, "--after is not the end of a page");
        }

        request.Data = new { lines, next = after };
        return ExitCode.Done;
    }

    private static async Task<string?> ReadAsync(
        IAccountTransfer accounts, string? after, bool hasHashes, List<string> lines, CancellationToken cancellationToken)
    {
        int size = 0;
        do
        {
            // One by one, because the size of the next one is not known.
            AccountPage page = await accounts.ReadAccountsAsync(1, after, cancellationToken).ConfigureAwait(false);
            lines.AddRange(page.Accounts.Select(account => AccountLine.From(account, hasHashes).ToJson()));
            size += page.Accounts.Count == 0 ? 0 : lines[^1].Length;
            after = page.Next;
        }
        while (after is not null && size < MaxSize);
        return after;
    }
}
