using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Protocol;

/// <summary>The JSON payloads of the compact protocol's control frames. Unknown members are ignored; absent ones are null.</summary>
internal static class CompactControl
{
    /// <summary>Logging in by name and password.</summary>
    public const string Plain = "PLAIN";

    /// <summary>Logging in by name and signature.</summary>
    public const string ByKey = "KEY";

    public static byte[] Serialize<T>(T payload, JsonTypeInfo<T> type) => JsonSerializer.SerializeToUtf8Bytes(payload, type);

    /// <summary>The answer to USERS: as many names as go into a frame.</summary>
    public static byte[] SerializeUsers(IReadOnlyCollection<string> users, string? group, int maxFrameSize)
    {
        byte[] json = Serialize(new UserList([.. users], users.Count, group), CompactJson.Default.UserList);
        if (json.Length < maxFrameSize)
            return json;
        int room = maxFrameSize - 1 - Serialize(new UserList([], users.Count, group), CompactJson.Default.UserList).Length;
        string[] some = [.. users.TakeWhile(user => (room -= JsonEncodedText.Encode(user).EncodedUtf8Bytes.Length + "\"\",".Length) >= 0)];
        return Serialize(new UserList(some, users.Count, group), CompactJson.Default.UserList);
    }

    /// <summary>Whether an answer to COMMAND goes into a frame as it is.</summary>
    public static bool Fits(CommandOutput output, int maxFrameSize) => TrySerialize(output, maxFrameSize - 1) is not null;

    /// <summary>
    /// The answer to COMMAND. One that is larger than a frame loses its data first, then the end of its text, and says so.
    /// </summary>
    public static byte[] SerializeOutput(CommandOutput output, int maxFrameSize)
    {
        int most = maxFrameSize - 1;
        if (TrySerialize(output, most) is { } whole)
            return whole;

        const string Note = "\n(cut here, for it is larger than a frame)";
        const string DataNote = "\n(without its data, which is larger than a frame)";
        return WithNote(output.Text.Length, DataNote) is { } text && text.Length <= most ? text : WithNote(LongestFitting(), Note);

        byte[] WithNote(int length, string note) => Serialize(
            new Output(output.Exit, string.Concat(output.Text.AsSpan(0, Math.Min(length, most)), note), null), CompactJson.Default.Output);

        int LongestFitting()
        {
            (int fits, int doesNot) = (0, Math.Min(output.Text.Length, most) + 1);
            while (doesNot - fits > 1)
            {
                int middle = fits + ((doesNot - fits) / 2);
                if (WithNote(middle, Note).Length <= most)
                    fits = middle;
                else
                    doesNot = middle;
            }

            // Not between the two halves of a character.
            return fits > 0 && char.IsHighSurrogate(output.Text[fits - 1]) ? fits - 1 : fits;
        }
    }

    private static byte[]? TrySerialize(CommandOutput output, int most) =>
        output.Text.Length <= most
        && Serialize(new Output(output.Exit, output.Text, output.Data), CompactJson.Default.Output) is { } json && json.Length <= most
            ? json
            : null;

    /// <summary>The answer that has the keys of the client's account: as many as go into a frame.</summary>
    public static byte[] SerializeSaved(string? publicKey, IEnumerable<UserKey> keys, int maxFrameSize)
    {
        SavedKey[] saved = [.. keys.Select(key => new SavedKey(key.Name, key.Fingerprint, key.Added, key.LastUsed))];
        byte[] json;
        while ((json = Serialize(new Key(null, publicKey, null, null, Saved: saved), CompactJson.Default.Key)).Length >= maxFrameSize)
            saved = saved[..^1];
        return json;
    }

    /// <returns>The payload; <see langword="null"/> when it is malformed.</returns>
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

    public sealed record Hello(string Protocol, string Server, int MaxFrame, string[] Mechanisms, string Registration, string Nonce);

    /// <param name="Mechanism"><see cref="Plain"/> or <see cref="ByKey"/>.</param>
    /// <param name="Username">The name.</param>
    /// <param name="Password">Of <see cref="Plain"/>.</param>
    /// <param name="Invitation">Of <see cref="Plain"/>, where registration asks for one.</param>
    /// <param name="PublicKey">Of <see cref="ByKey"/>: PEM SubjectPublicKeyInfo.</param>
    /// <param name="Signature">Of <see cref="ByKey"/>: base64.</param>
    public sealed record Login(
        string? Mechanism, string? Username, string? Password, string? Invitation, string? PublicKey = null, string? Signature = null);

    public sealed record Result(string Code, string? Text, long? RetryAfterMs);

    public sealed record Welcome(string Alias, string Greeting, string Session);

    /// <param name="Alias">Whose key it is; absent for one's own.</param>
    /// <param name="PublicKey">PEM SubjectPublicKeyInfo.</param>
    /// <param name="Signature">The client's proof that it holds the private key.</param>
    /// <param name="Proven">The server's word for whether that proof was given.</param>
    /// <param name="Save">The name under which the client wants its key added to its account.</param>
    /// <param name="Remove">The name of the key that the client wants removed from its account.</param>
    /// <param name="Saved">The keys of the client's account.</param>
    public sealed record Key(
        string? Alias,
        string? PublicKey,
        string? Signature,
        bool? Proven,
        string? Save = null,
        string? Remove = null,
        SavedKey[]? Saved = null);

    public sealed record Password(string? Current, string? New);

    public sealed record Command(string? Line);

    public sealed record Output(int Exit, string Text, JsonElement? Data);

    /// <param name="Name">What its owner calls it.</param>
    /// <param name="Fingerprint">As <see cref="UserKey.FingerprintOf"/> has it.</param>
    /// <param name="Added">When it was added.</param>
    /// <param name="Used">When it was last logged in with.</param>
    public sealed record SavedKey(string? Name, string? Fingerprint, DateTimeOffset Added, DateTimeOffset? Used);

    /// <param name="Alias">Whose key is asked for; absent for the server's.</param>
    /// <param name="Saved">Whether the keys of the client's own account are asked for instead.</param>
    public sealed record About(string? Alias, bool? Saved = null);

    public sealed record Group([property: JsonPropertyName("group")] string? Name);

    public sealed record Presence(string Alias, string Event, string? Group);

    /// <param name="Users">As many as go into a frame.</param>
    /// <param name="Total">How many there are.</param>
    /// <param name="Group">The group that was asked for.</param>
    public sealed record UserList(string[] Users, int Total, string? Group);

    /// <param name="Code">A word for programs.</param>
    /// <param name="Text">A sentence for people.</param>
    /// <param name="Regarding">The frame type or the id that it is about.</param>
    public sealed record Error(string Code, string Text, [property: JsonPropertyName("about")] string? Regarding);

    public sealed record Close(string Code, string Text, long? RetryAfterMs);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull, MaxDepth = 8)]
[JsonSerializable(typeof(CompactControl.Hello))]
[JsonSerializable(typeof(CompactControl.Login))]
[JsonSerializable(typeof(CompactControl.Result))]
[JsonSerializable(typeof(CompactControl.Welcome))]
[JsonSerializable(typeof(CompactControl.Key))]
[JsonSerializable(typeof(CompactControl.Password))]
[JsonSerializable(typeof(CompactControl.Command))]
[JsonSerializable(typeof(CompactControl.Output))]
[JsonSerializable(typeof(CompactControl.About))]
[JsonSerializable(typeof(CompactControl.Group))]
[JsonSerializable(typeof(CompactControl.Presence))]
[JsonSerializable(typeof(CompactControl.UserList))]
[JsonSerializable(typeof(CompactControl.Error))]
[JsonSerializable(typeof(CompactControl.Close))]
internal sealed partial class CompactJson : JsonSerializerContext;
