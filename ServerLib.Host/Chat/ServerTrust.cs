
using ServerLib.Cli.Terminal;

namespace ServerLib.Cli.Chat;

/// <summary>Decides whether to trust a server, like ssh: by the fingerprint of its first connection.</summary>
internal sealed class ServerTrust(KnownServers known, ILineConsole console, bool acceptsNew)
{
    public async ValueTask<bool> DecideAsync(ServerIdentity server, CancellationToken cancellationToken)
    {
        string name = TextSanitizer.Escape($"{server.Host}:{server.Port}");
        if (known.Find(server.Host, server.Port) is { } before)
        {
            if (before.Fingerprint.Equals(server.Fingerprint, StringComparison.OrdinalIgnoreCase))
                return true;
            console.Print("!!! THE SERVER'S CERTIFICATE HAS CHANGED !!!");
            console.Print("Somebody may be intercepting the connection, or the server has a new certificate.");
            console.Print($"{name} now has the fingerprint {server.Fingerprint},");
            console.Print($"but line {before.Line} of {known.Path} has {TextSanitizer.Escape(before.Fingerprint)}.");
            console.Print("If the server's admin confirms the new fingerprint, remove that line and connect again.");
            return false;
        }

        if (!acceptsNew && !await AskAsync(name, server, cancellationToken).ConfigureAwait(false))
            return false;
        known.Add(server.Host, server.Port, server.Fingerprint);
        console.Print($"Added {name} to the known servers, with the fingerprint {server.Fingerprint}.");
        return true;
    }

    private async Task<bool> AskAsync(string name, ServerIdentity server, CancellationToken cancellationToken)
    {
        console.Print($"{name} is not a known server yet. The SHA-256 fingerprint of its certificate is");
        console.Print(server.Fingerprint);
        if (!console.CanPrompt)
        {
            console.Print("It is not trusted, because there is no terminal to ask. --accept-new trusts new servers without asking.");
            return false;
        }

        while (true)
        {
            switch (await console.AskAsync("Trust it (yes/no)? ", isSecret: false, cancellationToken).ConfigureAwait(false))
            {
                case "yes":
                    return true;
                case "no" or null:
                    return false;
                default:
                    console.Print("Please type yes or no.");
                    break;
            }
        }
    }
}
