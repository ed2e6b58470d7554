
namespace ServerLib.Cli.Chat;

/// <summary>Trusts a server the way ssh does: by the fingerprint that it had the first time.</summary>
internal sealed class ServerTrust(KnownServers known, IChatConsole console, bool acceptsNew)
{
    public async ValueTask<bool> DecideAsync(ServerIdentity server, CancellationToken cancellationToken)
    {
        string name = TextSanitizer.Escape($"{server.Host}:{server.Port}");
        if (known.Find(server.Host, server.Port) is { } before)
        {
            if (before.Fingerprint.Equals(server.Fingerprint, StringComparison.OrdinalIgnoreCase))
                return true;
            console.Print("!!! THE SERVER'S CERTIFICATE HAS CHANGED !!!");
            console.Print("Someone may be listening in, or the server has a new certificate.");
            console.Print($"{name} now has {server.Fingerprint}");
            console.Print($"and line {before.Line} of {known.Path} says {TextSanitizer.Escape(before.Fingerprint)}.");
            console.Print("If its admin confirms the new fingerprint, remove that line and connect again.");
            return false;
        }

        if (!acceptsNew && !await AskAsync(name, server, cancellationToken).ConfigureAwait(false))
            return false;
        known.Add(server.Host, server.Port, server.Fingerprint);
        console.Print($"{name} is known from now on, by {server.Fingerprint}.");
        return true;
    }

    private async Task<bool> AskAsync(string name, ServerIdentity server, CancellationToken cancellationToken)
    {
        console.Print($"{name} is not known yet. Its certificate's SHA-256 fingerprint is");
        console.Print(server.Fingerprint);
        if (!console.CanAsk)
        {
            console.Print("It is not trusted: there is nobody to ask; --accept-new trusts a new server without asking.");
            return false;
        }

        while (true)
        {
            switch (await console.ReadLineAsync("Trust it (yes/no)? ", isSecret: false, cancellationToken).ConfigureAwait(false))
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
