using System.Collections;
using System.Reflection;
using LiteDB.Engine;

namespace ServerLib.Files;

/// <summary>
/// Keeps LiteDB's finalizers from ending the process. A transaction that was left open is given up by its finalizer, and that throws
/// where the file is damaged; nobody can catch it there. So an engine's transactions are asked for before it is closed, by reflection:
/// there is no other way to them. What they would free goes with the engine.
/// </summary>
internal static class Finalizers
{
    private static readonly FieldInfo? Monitor = typeof(LiteEngine).GetField("_monitor", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly PropertyInfo? Transactions = Monitor?.FieldType.GetProperty("Transactions");

    /// <summary>Whether this version of LiteDB is made as it is expected here; a test sees to it.</summary>
    public static bool AreFound => Transactions?.PropertyType.IsAssignableTo(typeof(IEnumerable)) == true;

    /// <summary>Suppresses the finalizers of what is open.</summary>
    public static void Suppress(LiteEngine engine)
    {
        if (Monitor?.GetValue(engine) is not { } monitor || Transactions?.GetValue(monitor) is not IEnumerable open)
            return;
#pragma warning disable CA1816 // They are somebody else's: that is the point.
        foreach (object transaction in open)
            GC.SuppressFinalize(transaction);
#pragma warning restore CA1816
    }
}
