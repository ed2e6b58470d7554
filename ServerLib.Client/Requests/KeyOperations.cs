using System.Security.Cryptography;
using System.Text;
using ServerLib.Protocol;

namespace ServerLib.Clients;

/// <summary>Requests about public keys: the server's, other users' keys, the client's own, and those of its account.</summary>
internal sealed class KeyOperations(RequestSender requests, AcceptedKeys keys, ServerClientOptions options)
{
    /// <summary>Gets the key of a user, or the server's.</summary>
    public async Task<(RSA Key, bool IsProven)> GetAsync(string? alias, CancellationToken cancellationToken)
    {
        CompactControl.Key answer = await requests.SendAsync(ClientRequest.GetKey(alias), null, cancellationToken).ConfigureAwait(false);
        return (Import(answer), answer.Proven == true);
    }

    /// <summary>Sends the client's key, and returns the server's.</summary>
    public async Task<RSA> SendAsync(RSA key, CancellationToken cancellationToken) =>
        Import(await SendAsync(key, save: null, keys.OnSent, cancellationToken).ConfigureAwait(false));

    /// <summary>Adds a key to the account, and returns the account's keys.</summary>
    public async Task<IReadOnlyList<UserKey>> SaveAsync(string name, RSA key, CancellationToken cancellationToken) =>
        SavedKeys(await SendAsync(key, save: name, keys.OnSaved, cancellationToken).ConfigureAwait(false));

    /// <summary>Removes a key from the account, and returns the account's keys.</summary>
    public async Task<IReadOnlyList<UserKey>> RemoveSavedAsync(string name, CancellationToken cancellationToken)
    {
        SentKey? login = options is { Reconnect: true, PrivateKey: { } key } ? new SentKey(key) : null;
        ClientRequest<CompactControl.Key> request = ClientRequest.SendKey(_ => new CompactControl.Key(null, null, null, null, Remove: name), OnRemoved);
        return SavedKeys(await requests.SendAsync(request, null, cancellationToken).ConfigureAwait(false));

        void OnRemoved(CompactControl.Key answer)
        {
            if (login is not null && answer.Saved is { } account)
                keys.OnRemoved(login, account);
        }
    }

    /// <summary>Gets the account's keys.</summary>
    public async Task<IReadOnlyList<UserKey>> GetSavedAsync(CancellationToken cancellationToken) =>
        SavedKeys(await requests.SendAsync(ClientRequest.GetSavedKeys(), null, cancellationToken).ConfigureAwait(false));

    private Task<CompactControl.Key> SendAsync(RSA key, string? save, Action<SentKey> onSuccess, CancellationToken cancellationToken)
    {
        var sent = new SentKey(key);
        ClientRequest<CompactControl.Key> request = ClientRequest.SendKey(
            session => new CompactControl.Key(null, sent.Pem, session.Signer.TryProvePossession(key), null, Save: save), _ => onSuccess(sent));
        return requests.SendAsync(request, null, cancellationToken);
    }

    // A hostile server may send null for the key and for its members.
    private static UserKey[] SavedKeys(CompactControl.Key answer) => answer.Saved is { } saved
        ? [.. saved.Select(key => new UserKey(key?.Name ?? "", key?.Fingerprint ?? "", key?.Added ?? default, key?.Used))]
        : throw new ServerClientException("The server does not store keys for accounts.") { Code = ClientCode.Refused };

    private static RSA Import(CompactControl.Key answer) =>
        RsaPublicKey.Import(Encoding.ASCII.GetBytes(answer.PublicKey ?? ""))
        ?? throw new ServerClientException("The server sent an unusable public key.") { Code = ClientCode.BadFrame };
}
