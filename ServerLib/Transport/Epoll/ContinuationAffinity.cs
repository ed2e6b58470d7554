using System.Runtime.CompilerServices;

namespace ServerLib.Transport;

/// <summary>
/// Whose code an event loop runs when a wait ends: one object for each kind of handler, shared by its connections, so that what is
/// learnt of one holds for all.
/// </summary>
/// <param name="name">What it is called in the log.</param>
internal sealed class ContinuationAffinity(string name)
{
    // Running and not waiting may be the compiler at work on a first call, or a machine that is short of processors.
    private const int MaxSlow = 8;
    private const int SlowMemoryMilliseconds = 10_000;

    private static readonly ConditionalWeakTable<Type, ContinuationAffinity> Owners = [];

    private ContinuationTarget _usual;
    private volatile bool _blocks;
    private long _lastSlow;
    private int _slow;

    /// <summary>For connections whose every message costs a decryption.</summary>
    public static ContinuationAffinity Cryptography { get; } = new("Cryptography") { _usual = ContinuationTarget.Pool };

    public string Name => name;

    /// <summary>Where its code is to go on.</summary>
    public ContinuationTarget Place => _blocks ? ContinuationTarget.OwnThreads : _usual;

    /// <summary>Whether it has been found to block: its code is to run on <see cref="BlockingHandlerThreads"/>.</summary>
    public bool Blocks => _blocks;

    /// <summary>The one for all handlers of a type.</summary>
    public static ContinuationAffinity For(Type handler) => Owners.GetValue(handler, static type => new ContinuationAffinity(type.FullName ?? type.Name));

    /// <summary>Says that it waited where nothing may wait.</summary>
    /// <returns>Whether this is news.</returns>
    public bool MarkBlocking()
    {
        lock (Owners)
        {
            bool isNews = !_blocks;
            _blocks = true;
            return isNews;
        }
    }

    /// <summary>Says that it took long without waiting; that it blocks follows only when it does so again and again.</summary>
    /// <returns>Whether it is taken to block, and this is news.</returns>
    public bool MarkSlow(long nowMilliseconds)
    {
        lock (Owners)
        {
            _slow = nowMilliseconds - _lastSlow > SlowMemoryMilliseconds ? 1 : _slow + 1;
            _lastSlow = nowMilliseconds;
            return _slow >= MaxSlow && MarkBlocking();
        }
    }
}
