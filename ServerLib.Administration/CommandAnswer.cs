using System.Text.Json;
using ServerLib.Administration.Commands;

namespace ServerLib.Administration;

/// <summary>Creates the output of a command from what the command has written.</summary>
internal static class CommandAnswer
{
    /// <summary>The output of a command that was run.</summary>
    /// <param name="exit">The exit code.</param>
    /// <param name="request">What the command has written.</param>
    /// <param name="asJson">Whether JSON is requested instead of text.</param>
    public static CommandOutput Of(int exit, AdminRequest request, bool asJson)
    {
        string text = string.Join('\n', [.. request.Table?.ToLines() ?? [], .. request.Lines]);
        if (asJson)
            return Json(exit, request.Data ?? Plain(exit, text));
        JsonElement? data = request.Data is null ? null : JsonSerializer.SerializeToElement(request.Data, CommandJson.Options);
        return new CommandOutput(exit, text, data) { Table = request.Table?.ToTable(request.Lines) };
    }

    /// <summary>The output of a command that needs no server.</summary>
    public static CommandOutput Of(int exit, string text, object data, bool asJson) => asJson
        ? Json(exit, data)
        : new CommandOutput(exit, text, JsonSerializer.SerializeToElement(data, CommandJson.Options));

    /// <summary>The output of a command that was not run.</summary>
    public static CommandOutput Error(int exit, string reason, bool asJson)
    {
        string text = string.Join('\n', reason.Split('\n').Select(TextSanitizer.Escape));
        return asJson ? Json(exit, Plain(exit, text)) : new CommandOutput(exit, text);
    }

    private static CommandOutput Json(int exit, object data) =>
        new(exit, CommandJson.Write(data), JsonSerializer.SerializeToElement(data, CommandJson.Options)) { IsJson = true };

    private static object Plain(int exit, string text) => exit == ExitCode.Done ? new { message = text } : new { error = text, exit };
}
