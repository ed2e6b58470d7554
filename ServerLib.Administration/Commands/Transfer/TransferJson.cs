using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;

namespace ServerLib.Administration.Commands;

/// <summary>What the commands of an import and an export send to the server, and get from it.</summary>
internal static class TransferJson
{
    /// <summary>The data in the output of a command.</summary>
    /// <exception cref="AdminCommandException">The command has failed.</exception>
    public static JsonElement DataOf(CommandOutput output) => output is { Exit: ExitCode.Done, Data: { } data }
        ? data
        : throw new AdminCommandException(output.Exit == ExitCode.Done ? ExitCode.CouldNotRun : output.Exit, output.Text);

    /// <summary>Reads the input of a command. Any client can send it.</summary>
    /// <returns>The input; <see langword="null"/> if it is missing or malformed.</returns>
    public static T? TryRead<T>(string? input, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return input is null ? null : JsonSerializer.Deserialize(input, type);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>Accounts to add.</summary>
/// <param name="Names">Names to look for.</param>
/// <param name="Accounts">Accounts to add.</param>
internal sealed record ImportBatch(IReadOnlyList<string>? Names = null, IReadOnlyList<AccountLine>? Accounts = null);

/// <summary>What an import has done.</summary>
internal sealed record ImportSummary(long Added, long Existing, long Skipped, IReadOnlyList<ImportSummary.BadEntry?>? Problems, bool IsInterrupted)
{
    internal sealed record BadEntry(long Line, string? Name, string Problem);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportBatch))]
[JsonSerializable(typeof(ImportSummary))]
[JsonSerializable(typeof(ServerDataSummary))]
internal sealed partial class TransferJsonContext : JsonSerializerContext;
