using System.Text.Json;
using System.Text.Json.Serialization;
using ServerLib.Files;

namespace ServerLib.Authentication;

/// <summary>The file with the keys of tickets. Only its owner has access to it.</summary>
internal static class TicketKeyFile
{
    public const string Name = "ticket-keys.json";

    /// <summary>Reads the file.</summary>
    /// <returns>The keys; none if there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is incomplete, or it is not such a file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file.</exception>
    public static IReadOnlyList<TicketKey> Read(string path)
    {
        if (!RegularFile.Exists(path))
            return [];
        try
        {
            SavedTicketKeys? saved = JsonSerializer.Deserialize(SmallFile.ReadBytes(path), SavedTicketKeysJson.Default.SavedTicketKeys);
            return saved is not null && saved.Keys.All(key => key?.Secret.Length == TicketKey.Size)
                ? saved.Keys
                : throw new InvalidDataException("The file's content is invalid.");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The file's content is invalid.", e);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write the file.</exception>
    public static void Write(string path, IReadOnlyList<TicketKey> keys)
    {
        RegularFile.Check(path);
        OwnerOnly.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // The new file is complete before it replaces the old one.
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            JsonSerializer.Serialize(file, new SavedTicketKeys(keys), SavedTicketKeysJson.Default.SavedTicketKeys);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}

internal sealed record SavedTicketKeys(IReadOnlyList<TicketKey> Keys);

[JsonSourceGenerationOptions(
    JsonSerializerDefaults.Web,
    RespectNullableAnnotations = true,
    RespectRequiredConstructorParameters = true)]
[JsonSerializable(typeof(SavedTicketKeys))]
internal sealed partial class SavedTicketKeysJson : JsonSerializerContext;
