using System.Text.Json;
using System.Text.Json.Serialization;
using System.Text.Json.Serialization.Metadata;
using ServerLib.Administration.Export;

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
internal sealed record ImportBatch(IReadOnlyList<string?>? Names = null, IReadOnlyList<AccountLine?>? Accounts = null);

/// <summary>What an import has done.</summary>
internal sealed record ImportSummary(long Added, long Existing, long Skipped, IReadOnlyList<ImportSummary.BadEntry?>? Problems, bool IsInterrupted)
{
    internal sealed record BadEntry(long Line, string? Name, string Problem);
}

/// <summary>What an export has done.</summary>
/// <param name="Counts">What it has written.</param>
/// <param name="Missing">The parts that the server cannot export.</param>
internal sealed record ExportSummary(ExportCounts? Counts, IReadOnlyList<string>? Missing);

/// <summary>Lines of an export to import.</summary>
internal sealed record ImportLines(IReadOnlyList<string?>? Lines);

/// <summary>What an import of an export has done.</summary>
/// <param name="Added">What was added.</param>
/// <param name="Kept">The lines whose contents the server has already, or that are over.</param>
/// <param name="Skipped">The lines that cannot be imported.</param>
/// <param name="Existing">The first of the kept lines.</param>
/// <param name="Problems">The first of the skipped lines.</param>
/// <param name="IsInterrupted">Whether the admin has interrupted the import.</param>
internal sealed record ServerImportSummary(
    ExportCounts? Added,
    long Kept,
    long Skipped,
    IReadOnlyList<ServerImportSummary.Note?>? Existing,
    IReadOnlyList<ServerImportSummary.Note?>? Problems,
    bool IsInterrupted)
{
    internal sealed record Note(long Line, string Name, string Reason);
}

[JsonSourceGenerationOptions(
    PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(ImportBatch))]
[JsonSerializable(typeof(ImportSummary))]
[JsonSerializable(typeof(ServerDataSummary))]
[JsonSerializable(typeof(ExportSummary))]
[JsonSerializable(typeof(ImportLines))]
[JsonSerializable(typeof(ServerImportSummary))]
internal sealed partial class TransferJsonContext : JsonSerializerContext;
