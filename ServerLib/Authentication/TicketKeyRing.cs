using System.Buffers.Binary;
using System.Security.Cryptography;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using ServerLib.Authentication;
using ServerLib.Diagnostics;
using ServerLib.Files;
using ServerLib.Protocol;

namespace ServerLib;

/// <summary>
/// The keys of the server's tickets. The newest one seals new tickets, and is replaced after a day. Older ones stay as long as their tickets
/// may be valid. By default, they are stored in the data folder, so that tickets are valid after a restart.
/// </summary>
public sealed class TicketKeyRing
{
    /// <summary>How long a key seals new tickets.</summary>
    internal static readonly TimeSpan UseTime = TimeSpan.FromDays(1);

    /// <summary>How long a key is kept: no ticket is valid for longer than a day.</summary>
    internal static readonly TimeSpan KeepTime = UseTime + TimeSpan.FromDays(1);

    private static readonly TimeSpan RetryInterval = TimeSpan.FromMinutes(1);

    private readonly string? _file;
    private readonly TimeProvider _time;
    private readonly ILogger _logger;
    private readonly ServerProblems? _problems;
    private readonly Lock _rotating = new();
    private TicketKey[] _keys;
    private bool _isSaved;
    private bool _isFailing;
    private long _lastTry;

    /// <summary>Reads the keys, or creates one.</summary>
    /// <param name="file">The file. <see langword="null"/>: the keys are lost when the process ends.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Gets failures to read or write the file. They do not prevent a start.</param>
    /// <param name="problems">Gets a problem when the file cannot be written. Default none.</param>
    internal TicketKeyRing(string? file, TimeProvider time, ILogger logger, ServerProblems? problems = null)
    {
        (_file, _time, _logger, _problems) = (file, time, logger, problems);
        if (file is not null)
            FileRights.Check(logger, file);
        _keys = Kept(Read());
        _isSaved = file is null || _keys.Length > 0;
        if (_keys.Length == 0 || IsDue)
            Rotate();
    }

    /// <summary>Creates keys that are kept in memory, for example for tests. After a restart, no ticket is valid.</summary>
    /// <param name="timeProvider">The clock. Default the system's.</param>
    public static TicketKeyRing CreateEphemeral(TimeProvider? timeProvider = null) =>
        new(file: null, timeProvider ?? TimeProvider.System, NullLogger.Instance);

    /// <summary>The key that seals new tickets.</summary>
    internal TicketKey Current => Volatile.Read(ref _keys)[^1];

    private bool IsDue => AgeOf(Current) >= UseTime;

    /// <summary>Finds the key of a ticket.</summary>
    internal TicketKey? Find(uint id) => Array.Find(Volatile.Read(ref _keys), key => key.Id == id);

    /// <summary>Replaces the current key if it is a day old. Writes a file, so it is not called where a client waits.</summary>
    internal void RotateIfDue()
    {
        if (_isSaved && !IsDue)
            return;
        lock (_rotating)
        {
            if ((!_isSaved || IsDue) && _time.GetElapsedTime(_lastTry) >= RetryInterval)
                Rotate();
        }
    }

    /// <summary>
    /// Adds a key, and writes the file. While the file cannot be written, the current key stays, because tickets of a key that is not saved are
    /// not valid after a restart.
    /// </summary>
    private void Rotate()
    {
        _lastTry = _time.GetTimestamp();
        TicketKey[] old = Kept(_keys);
        TicketKey[] keys = old.Length > 0 && !_isSaved ? old : [.. old, Create()];
        try
        {
            if (_file is not null)
                TicketKeyFile.Write(_file, keys);
            _isSaved = true;
            _isFailing = false;
            _problems?.Resolve(ProblemNames.TicketKeys);
            Volatile.Write(ref _keys, keys);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!_isFailing)
                TicketEvents.NotSaved(_logger, _file!, e.Message);
            _isFailing = true;
            _problems?.Report(ProblemNames.TicketKeys, e.Message);
            if (_keys.Length == 0)
                Volatile.Write(ref _keys, keys);
        }
    }

    private IReadOnlyList<TicketKey> Read()
    {
        if (_file is null)
            return [];
        try
        {
            return TicketKeyFile.Read(_file);
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            TicketEvents.NotRead(_logger, _file, TextSanitizer.Escape(e.Message));
            return [];
        }
    }

    private TicketKey[] Kept(IEnumerable<TicketKey> keys) => [.. keys.Where(key => AgeOf(key) < KeepTime)];

    /// <summary>A key's age. If the clock was set back, it is the time until the key's creation, so that no key is used forever.</summary>
    private TimeSpan AgeOf(TicketKey key) => (_time.GetUtcNow().UtcDateTime - key.Created).Duration();

    private TicketKey Create() => new(
        BinaryPrimitives.ReadUInt32LittleEndian(RandomNumberGenerator.GetBytes(sizeof(uint))),
        RandomNumberGenerator.GetBytes(TicketKey.Size),
        _time.GetUtcNow().UtcDateTime);
}
