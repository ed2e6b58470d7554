using System.Security.Cryptography;
using System.Text;
using ServerLib.Connections;
using ServerLib.Files;
using ServerLib.Protocol;
using ServerLib.Transport;

namespace ServerLib.Messaging;

/// <summary>Handles KEY and KEY_QUERY frames.</summary>
/// <param name="ledger">The connected users, whose keys can be queried.</param>
/// <param name="saved">The accounts' keys; <see langword="null"/> if there are none.</param>
/// <param name="audit">Records added and removed keys.</param>
internal sealed class KeyRequests(IConnectionLedger ledger, IUserKeys? saved, AuditTrail? audit = null)
{
    private const string About = "0x05";

    /// <summary>Does what a KEY frame wants.</summary>
    public ValueTask TakeAsync(Connection client, Message message)
    {
        CompactControl.Key? given = CompactControl.TryParse(message.Body.Span, CompactJson.Default.Key);
        if (given?.Remove is { } name)
            return RemoveAsync(client, name, message.QuestionId);
        if (given?.PublicKey is { } pem)
            return TakeAsync(client, pem, given.Signature, given.Save, message.QuestionId);
        client.Writer.SendError("bad-key", "The public key is refused.", About, message.QuestionId);
        return ValueTask.CompletedTask;
    }

    /// <summary>Sends the key of a connected user, or the server's.</summary>
    public void Send(Connection client, Message query)
    {
        if (query.Name is not { } alias)
        {
            client.Writer.SendServerKey(query.QuestionId);
        }
        else if (ledger.Find(alias).LastOrDefault(other => other.Client.PublicKey is not null)?.Client is { PublicKey: { } key } owner)
        {
            var found = new CompactControl.Key(owner.Alias, key.ExportSubjectPublicKeyInfoPem(), null, owner.HasProvenKey, Id: query.QuestionId);
            client.Writer.SendFrame(FrameType.Key, CompactControl.Serialize(found, CompactJson.Default.Key));
        }
        else
        {
            client.Writer.SendError("no-key", "No key of that user is known.", TextSanitizer.Escape(alias), query.QuestionId);
        }
    }

    /// <summary>Sends the keys of the client's own account.</summary>
    public async ValueTask SendSavedAsync(Connection client, Message query)
    {
        if (AllowsSaving(client, "0x06", query.QuestionId))
            await SendSavedAsync(client, null, query.QuestionId).ConfigureAwait(false);
    }

    private async ValueTask TakeAsync(Connection client, string pem, string? signature, string? name, uint? id)
    {
        if (name is not null && !AllowsSaving(client, About, id))
            return;

        // Large keys and signatures take milliseconds, which others on the same event loop need not wait for.
        (RSA? key, bool isProven) = await client.Settings.Cryptography.RunAsync(() => Check(client, pem, signature), client.Aborted)
            .ConfigureAwait(false);
        if (isProven)
            client.WrongProofs.Signatures = 0;
        if (key is null)
        {
            client.Writer.SendError("bad-key", "The public key is refused.", About, id);
        }
        else if (!isProven && (signature ?? name) is not null)
        {
            key.Dispose();
            client.Writer.SendError("bad-signature", "The signature is missing, wrong, or not made for this connection.", About, id);
            if (signature is not null && ++client.WrongProofs.Signatures >= client.Options.Login.MaxAttempts)
                client.End(DisconnectReason.TooManyLoginAttempts);
        }
        else if (name is null)
        {
            client.UpdateKey(key, isProven);
            client.Writer.SendServerKey(id);
        }
        else if (await SaveAsync(client, name, key, id).ConfigureAwait(false))
        {
            client.UpdateKey(key, isProven);
            await SendSavedAsync(client, client.Settings.ServerKey.PublicKeyPem, id).ConfigureAwait(false);
        }
    }

    private static (RSA? Key, bool IsProven) Check(Connection client, string pem, string? signature)
    {
        RSA? key = RsaPublicKey.Import(Encoding.UTF8.GetBytes(pem));
        return (key, key is not null && signature is not null && Proves(client.Link, key, signature));
    }

    private static bool Proves(ConnectionLink link, RSA key, string signature) =>
        link is { IsBound: true, Protocol: CompactProtocol compact } && KeyProof.IsValid(key, compact.SignedForPossession, signature);

    private async ValueTask<bool> SaveAsync(Connection client, string name, RSA key, uint? id)
    {
        byte[] publicKey = key.ExportSubjectPublicKeyInfo();

        // Not canceled: a change must also be recorded.
        AddKeyResult result = await saved!.AddKeyAsync(client.Alias, name, publicKey, CancellationToken.None).ConfigureAwait(false);
        if (result != AddKeyResult.Added)
        {
            client.Writer.SendError("save-refused", TextOf(result), About, id);
            return false;
        }

        client.Rate.Charge(MessageRate.EntryTokens);
        client.Ticket?.RenewNow();
        audit?.Write(AuditEvent.KeyAdded, client.Alias, AddressText.From(client.RemoteEndPoint), detail: $"{name} {UserKey.FingerprintOf(publicKey)}");
        return true;
    }

    private async ValueTask RemoveAsync(Connection client, string name, uint? id)
    {
        if (!AllowsSaving(client, About, id))
            return;
        if (await saved!.RemoveKeyAsync(client.Alias, name, CancellationToken.None).ConfigureAwait(false) is not { } removed)
        {
            client.Writer.SendError("no-key", "Your account has no key of that name.", About, id);
            return;
        }

        client.Rate.Charge(MessageRate.EntryTokens);
        client.Ticket?.RenewNow();
        audit?.Write(AuditEvent.KeyRemoved, client.Alias, AddressText.From(client.RemoteEndPoint), detail: $"{removed.Name} {removed.Fingerprint}");
        await SendSavedAsync(client, null, id).ConfigureAwait(false);
    }

    private async ValueTask SendSavedAsync(Connection client, string? publicKey, uint? id)
    {
        IReadOnlyList<UserKey> keys = await saved!.GetKeysAsync(client.Alias, client.Aborted).ConfigureAwait(false) ?? [];
        client.Writer.SendFrame(FrameType.Key, BoundedPayload.SavedKeys(publicKey, keys, client.Writer.MaxFrame, id));
    }

    /// <summary>Whether the client may see and change the keys of its account: where it could also log in by one.</summary>
    private bool AllowsSaving(Connection client, string about, uint? id)
    {
        if (saved is not null && client.Link.IsBound)
            return true;
        client.Writer.SendError("refused", saved is null ? "No keys are saved here." : "Keys are saved over TLS only.", about, id);
        return false;
    }

    private static string TextOf(AddKeyResult result) => result switch
    {
        AddKeyResult.NameRefused => "A key can't be called that.",
        AddKeyResult.NameTaken => "Another key of your account is called that; remove it first.",
        AddKeyResult.KnownKey => "Your account has that key already.",
        AddKeyResult.TooMany => "Your account has as many keys as it may; remove one first.",
        _ => "The key is not saved.",
    };
}
