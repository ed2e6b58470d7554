using System.Collections;
using System.Diagnostics.CodeAnalysis;
using System.Reflection;
using LiteDB.Engine;

namespace ServerLib.Files;

/// <summary>
/// Keeps LiteDB's finalizers from ending the process. The finalizer of an open transaction rolls it back, and throws if the file is damaged. Such
/// an exception can't be caught. Therefore the finalizers of open transactions are suppressed before the engine is closed. The transactions are
/// accessible only by reflection. Closing the engine frees what they hold.
/// </summary>
internal static class Finalizers
{
    private static readonly FieldInfo? Monitor = typeof(LiteEngine).GetField("_monitor", BindingFlags.Instance | BindingFlags.NonPublic);
    private static readonly PropertyInfo? Transactions = FindTransactions();

    /// <summary>Whether this version of LiteDB has the expected members. A test checks this.</summary>
    public static bool AreFound => Transactions?.PropertyType.IsAssignableTo(typeof(IEnumerable)) == true;

    [UnconditionalSuppressMessage("Trimming", "IL2075", Justification = "LiteDB itself uses the property, so it is kept.")]
    private static PropertyInfo? FindTransactions() => Monitor?.FieldType.GetProperty("Transactions");

    /// <summary>Suppresses the finalizers of open transactions.</summary>
    public static void Suppress(LiteEngine engine)
    {
        if (Monitor?.GetValue(engine) is not { } monitor || Transactions?.GetValue(monitor) is not IEnumerable open)
            return;
#pragma warning disable CA1816 // The objects belong to LiteDB.
        foreach (object transaction in open)
            GC.SuppressFinalize(transaction);
#pragma warning restore CA1816
    }
}
