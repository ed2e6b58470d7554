using System.Text.Json.Serialization;
using MessagePack;

namespace ServerLib.Benchmarks.Servers.App;

/// <summary>The argument of a call.</summary>
/// <param name="Number">Comes back with the answer.</param>
/// <param name="Text">64 characters.</param>
[MessagePackObject]
public sealed record Question([property: Key(0)] int Number, [property: Key(1)] string Text);

/// <summary>The result of a call.</summary>
/// <param name="Number">That of the question.</param>
/// <param name="Text">Also that of the question.</param>
/// <param name="User">The name under which the client is logged in.</param>
[MessagePackObject]
public sealed record Answer([property: Key(0)] int Number, [property: Key(1)] string Text, [property: Key(2)] string User);

/// <summary>A message to the group.</summary>
/// <param name="Number">Counts the messages.</param>
/// <param name="Text">64 characters.</param>
[MessagePackObject]
public sealed record Said([property: Key(0)] int Number, [property: Key(1)] string Text);

/// <summary>What the servers and the clients of this comparison have in common.</summary>
internal static class Lobby
{
    public const string Group = "lobby";

    public static string NameOf(int client) => $"u{client:00000}";

    public static string PasswordOf(string user) => $"secret of {user}";

    /// <summary>The check of all servers: a comparison, so that logins cost about nothing.</summary>
    public static bool Accepts(string? user, string? password) => user is not null && password == PasswordOf(user);
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(Question))]
[JsonSerializable(typeof(Answer))]
[JsonSerializable(typeof(Said))]
internal sealed partial class ContractsJson : JsonSerializerContext;
