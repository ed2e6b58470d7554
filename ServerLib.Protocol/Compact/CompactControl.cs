using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>The JSON payloads of the compact protocol's control frames. Unknown members are ignored; absent members are null.</summary>
internal static class CompactControl
{
    /// <summary>The mechanism of a login by name and password.</summary>
    public const string Plain = "PLAIN";

    /// <summary>The mechanism of a login by name and signature.</summary>
    public const string ByKey = "KEY";

    /// <summary>The mechanism of a login by ticket.</summary>
    public const string ByTicket = "TICKET";

    /// <summary>The feature that questions have ids, which their answers repeat.</summary>
    public const string Ids = "id";

    /// <summary>The feature of calls and events: CALL, EVENT and CANCEL.</summary>
    public const string Calls = "call";

    /// <summary>The feature that sessions survive a lost connection.</summary>
    public const string Resuming = "resume";

    /// <summary>The feature that the server issues tickets, with which a client can log in again.</summary>
    public const string Tickets = "ticket";

    /// <summary>The most characters of a ticket.</summary>
    public const int MaxTicket = 512;

    /// <summary>Serializes a payload.</summary>
    public static byte[] Serialize<T>(T payload, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(payload, type);

    /// <summary>Parses a payload.</summary>
    /// <returns>The payload; <see langword="null"/> if it is malformed.</returns>
    public static T? TryParse<T>(ReadOnlySpan<byte> payload, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(payload, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    /// <param name="Protocol">The protocol and its version, <c>SLIB/2</c>.</param>
    /// <param name="Server">The server software.</param>
    /// <param name="MaxFrame">The largest frame that the server accepts, in bytes.</param>
    /// <param name="Mechanisms">The mechanisms that LOGIN may name.</param>
    /// <param name="Registration">Who may register: <c>open</c>, <c>invitation</c> or <c>closed</c>.</param>
    /// <param name="Nonce">32 random bytes for this connection, base64. Signatures include them.</param>
    /// <param name="Features">What the server offers, such as <see cref="Ids"/>.</param>
    public sealed record Hello(
        string Protocol, string Server, int MaxFrame, string[] Mechanisms, string Registration, string Nonce, string[]? Features = null);

    /// <param name="Mechanism"><see cref="Plain"/>, <see cref="ByKey"/> or <see cref="ByTicket"/>.</param>
    /// <param name="Username">The user's name.</param>
    /// <param name="Password">For <see cref="Plain"/>.</param>
    /// <param name="Invitation">For <see cref="Plain"/>: the code, if registration needs one.</param>
    /// <param name="PublicKey">For <see cref="ByKey"/>: PEM SubjectPublicKeyInfo.</param>
    /// <param name="Signature">For <see cref="ByKey"/>: base64.</param>
    /// <param name="Features">What the client understands, such as <see cref="Ids"/>.</param>
    /// <param name="MaxFrame">The largest frame that the client accepts, in bytes. Default that of HELLO.</param>
    /// <param name="Ticket">For <see cref="ByTicket"/>.</param>
    public sealed record Login(
        string? Mechanism,
        string? Username,
        string? Password,
        string? Invitation,
        string? PublicKey = null,
        string? Signature = null,
        string[]? Features = null,
        long? MaxFrame = null,
        string? Ticket = null);

    /// <param name="Id">The id of a question.</param>
    public sealed record Numbered([property: JsonConverter(typeof(LenientIdConverter))] uint? Id);

    /// <param name="Code">A code of <see cref="CloseCode.Of(LoginCode)"/>.</param>
    /// <param name="Text">The result as one sentence.</param>
    /// <param name="RetryAfterMs">How long to wait before the next attempt, if waiting helps.</param>
    /// <param name="Id">The id of the question that it answers.</param>
    public sealed record Result(
        string Code, string? Text, long? RetryAfterMs, [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    /// <param name="Alias">The user's name as registered.</param>
    /// <param name="Greeting">The server's greeting.</param>
    /// <param name="Session">The server's identifier for this session.</param>
    /// <param name="ResumeToken">The secret with which the client resumes the session, base64url.</param>
    /// <param name="ResumeSeconds">How long the server keeps the session when the connection is lost.</param>
    /// <param name="Ticket">A ticket, if the client has the feature <see cref="Tickets"/>.</param>
    /// <param name="TicketSeconds">How long the ticket can be used.</param>
    public sealed record Welcome(
        string Alias,
        string Greeting,
        string Session,
        string? ResumeToken = null,
        int? ResumeSeconds = null,
        string? Ticket = null,
        long? TicketSeconds = null);

    /// <param name="Value">The ticket.</param>
    /// <param name="TicketSeconds">How long it can be used.</param>
    public sealed record Ticket([property: JsonPropertyName("ticket")] string? Value, long? TicketSeconds);

    /// <param name="Session">The session of WELCOME.</param>
    /// <param name="Token">The token of WELCOME.</param>
    /// <param name="Received">The number of counted frames that the client has received.</param>
    public sealed record Resume(string? Session, string? Token, long? Received);

    /// <param name="Received">The number of counted frames that the server has received.</param>
    public sealed record Resumed(long Received);

    /// <param name="Alias">The key's owner; absent for the sender's own key.</param>
    /// <param name="PublicKey">PEM SubjectPublicKeyInfo.</param>
    /// <param name="Signature">The client's proof that it holds the private key.</param>
    /// <param name="Proven">Whether the owner has given the server that proof.</param>
    /// <param name="Save">A name: the client wants the key added to its account under it.</param>
    /// <param name="Remove">A name: the client wants the key of that name removed from its account.</param>
    /// <param name="Saved">The keys of the client's account.</param>
    /// <param name="Id">The id of the question, or of the one that it answers.</param>
    public sealed record Key(
        string? Alias,
        string? PublicKey,
        string? Signature,
        bool? Proven,
        string? Save = null,
        string? Remove = null,
        SavedKey[]? Saved = null,
        [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    /// <param name="Name">The key's name.</param>
    /// <param name="Fingerprint">The result of <see cref="UserKey.FingerprintOf"/>.</param>
    /// <param name="Added">When it was added.</param>
    /// <param name="Used">When it was last used for a login.</param>
    public sealed record SavedKey(string? Name, string? Fingerprint, DateTimeOffset Added, DateTimeOffset? Used);

    /// <param name="Alias">The user whose key is wanted; absent for the server's key.</param>
    /// <param name="Saved">Whether the keys of the client's own account are wanted instead.</param>
    /// <param name="Id">The id of the question.</param>
    public sealed record KeyQuery(
        string? Alias, bool? Saved = null, [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    public sealed record Password(
        string? Current, string? New, [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    public sealed record Command(
        string? Line, [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null, string? Input = null);

    /// <param name="Exit">The exit code; 0 is success.</param>
    /// <param name="Text">The output as text.</param>
    /// <param name="Data">The output as data.</param>
    /// <param name="Id">The id of the question that it answers.</param>
    /// <param name="Table">The output as a table, if it is one.</param>
    public sealed record Output(
        int Exit,
        string Text,
        JsonElement? Data,
        [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null,
        CommandTable? Table = null);

    public sealed record Group(
        [property: JsonPropertyName("group")] string? Name, [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    /// <param name="Alias">The user.</param>
    /// <param name="Event"><c>joined</c> or <c>left</c>.</param>
    /// <param name="Group">The group; absent for the server.</param>
    public sealed record Presence(string Alias, string Event, string? Group);

    /// <param name="Users">The names, or as many of them as fit into a frame.</param>
    /// <param name="Total">How many there are.</param>
    /// <param name="Group">The group from the query.</param>
    /// <param name="Id">The id of the question that it answers.</param>
    public sealed record UserList(
        string[] Users, int Total, string? Group, [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    /// <param name="Code">A code for programs.</param>
    /// <param name="Text">The error as one sentence.</param>
    /// <param name="Regarding">The frame type, identifier or name that it is about.</param>
    /// <param name="Id">The id of the question that it answers.</param>
    public sealed record Error(
        string Code,
        string Text,
        [property: JsonPropertyName("about")] string? Regarding,
        [property: JsonConverter(typeof(LenientIdConverter))] uint? Id = null);

    /// <param name="Code">A code for programs.</param>
    /// <param name="Text">The reason as one sentence.</param>
    /// <param name="RetryAfterMs">How long to wait before connecting again, if connecting again helps.</param>
    public sealed record Close(string Code, string Text, long? RetryAfterMs);
}
