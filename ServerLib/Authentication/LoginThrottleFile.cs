using System.Text.Json;
using ServerLib.Files;

namespace ServerLib.Authentication;

/// <summary>The file that keeps a <see cref="LoginThrottle"/> over a restart. Only its owner has access to it.</summary>
internal static class LoginThrottleFile
{
    // More than two full tables with the longest names.
    private const long MaxSize = 128 * 1024 * 1024;

    /// <summary>Reads the file.</summary>
    /// <returns>What was saved; <see langword="null"/> if there is no file.</returns>
    /// <exception cref="InvalidDataException">The file is incomplete, or it is not such a file.</exception>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not read the file.</exception>
    public static SavedLoginThrottle? Read(string path)
    {
        if (!RegularFile.Exists(path))
            return null;
        using FileStream file = File.OpenRead(path);
        if (file.Length > MaxSize)
            throw new InvalidDataException("the file is too large");
        try
        {
            SavedLoginThrottle? saved = JsonSerializer.Deserialize(file, SavedLoginThrottleJson.Default.SavedLoginThrottle);
            return saved?.Key.Length == PasswordTags.KeySize && saved.IsComplete
                ? saved
                : throw new InvalidDataException("the file's content is invalid");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("the file's content is invalid", e);
        }
    }

    /// <summary>Replaces the file.</summary>
    /// <exception cref="IOException">The file cannot be written.</exception>
    /// <exception cref="UnauthorizedAccessException">The process may not write the file.</exception>
    public static void Write(string path, SavedLoginThrottle saved)
    {
        OwnerOnly.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // The new file is complete before it replaces the old one.
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            JsonSerializer.Serialize(file, saved, SavedLoginThrottleJson.Default.SavedLoginThrottle);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
