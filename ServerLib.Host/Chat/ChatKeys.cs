using System.Security.Cryptography;
using ServerLib.Cli.Terminal;
using ServerLib.Diagnostics;
using static ServerLib.TextSanitizer;

namespace ServerLib.Cli.Chat;

/// <summary>Lists and changes the keys of the logged-in account.</summary>
internal sealed class ChatKeys(ServerClient client, ILineConsole console, IdentityFiles identities)
{
    public async Task ListAsync(CancellationToken cancellationToken) =>
        Print(await client.GetSavedKeysAsync(cancellationToken).ConfigureAwait(false));

    public async Task AddAsync(string name, string file, CancellationToken cancellationToken)
    {
        using RSA? key = await identities.LoadAsync(file, cancellationToken).ConfigureAwait(false);
        if (key is not null)
            Print(await client.SaveKeyAsync(name, key, cancellationToken).ConfigureAwait(false));
    }

    public async Task RemoveAsync(string name, CancellationToken cancellationToken) =>
        Print(await client.RemoveSavedKeyAsync(name, cancellationToken).ConfigureAwait(false));

    private void Print(IReadOnlyList<UserKey> keys)
    {
        if (keys.Count == 0)
            console.Print("* your account has no keys");
        foreach (UserKey key in keys)
        {
            string used = key.LastUsed is { } last ? $"last used {TimeProvider.System.Show(last)}" : "never used";
            console.Print($"* {Escape(key.Name)} {Escape(key.Fingerprint)}, {used}");
        }
    }
}
