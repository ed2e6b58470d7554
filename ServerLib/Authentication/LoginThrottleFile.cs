using System.Text.Json;
using ServerLib.Files;

namespace ServerLib.Authentication;

/// <summary>The file in which a <see cref="LoginThrottle"/> outlives the server, for its owner only.</summary>
internal static class LoginThrottleFile
{
    // Both tables full, with the longest names, are less.
    private const long MaxSize = 128 * 1024 * 1024;

    /// <returns>What was saved; <see langword="null"/> when there is no file.</returns>
    /// <exception cref="InvalidDataException">The file holds something else, or only a part.</exception>
    /// <exception cref="IOException">It can't be read; nor with an <see cref="UnauthorizedAccessException"/>.</exception>
    public static SavedLoginThrottle? Read(string path)
    {
        if (!RegularFile.Exists(path))
            return null;
        using FileStream file = File.OpenRead(path);
        if (file.Length > MaxSize)
            throw new InvalidDataException("it is too large");
        try
        {
            SavedLoginThrottle? book = JsonSerializer.Deserialize(file, SavedLoginThrottleJson.Default.SavedLoginThrottle);
            return book?.Key.Length == PasswordTags.KeySize && book.IsWhole ? book : throw new InvalidDataException("it is not what was saved");
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("it is not what was saved", e);
        }
    }

    /// <exception cref="IOException">It can't be written; nor with an <see cref="UnauthorizedAccessException"/>.</exception>
    public static void Write(string path, SavedLoginThrottle book)
    {
        OwnerOnly.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(path))!);

        // Written beside and moved, so that there is always a whole one.
        string temporary = path + ".new";
        File.Delete(temporary);
        using (var file = new FileStream(temporary, OwnerOnly.File(FileMode.CreateNew, FileShare.None)))
        {
            JsonSerializer.Serialize(file, book, SavedLoginThrottleJson.Default.SavedLoginThrottle);
            file.Flush(flushToDisk: true);
        }

        File.Move(temporary, path, overwrite: true);
    }
}
