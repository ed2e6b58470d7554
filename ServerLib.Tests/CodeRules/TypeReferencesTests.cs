namespace ServerLib.Tests.CodeRules;

/// <summary>Tests <see cref="TypeReferences"/> with a type <c>Up</c> in a higher folder.</summary>
[TestClass]
public sealed class TypeReferencesTests
{
    [TestMethod]
    [DataRow(typeof(ByBase), nameof(ByBase))]
    [DataRow(typeof(ByInterface), nameof(ByInterface))]
    [DataRow(typeof(ByConstraint<>), "ByConstraint`1")]
    [DataRow(typeof(ByAttribute), nameof(ByAttribute))]
    [DataRow(typeof(ByField), "_up")]
    [DataRow(typeof(ByTypeArgument), "_ups")]
    [DataRow(typeof(ByParameter), nameof(ByParameter.Take))]
    [DataRow(typeof(ByCode), nameof(ByCode.Run))]
    [DataRow(typeof(ByTypeOf), nameof(ByTypeOf.Run))]
    [DataRow(typeof(ByPattern), nameof(ByPattern.Run))]
    [DataRow(typeof(ByLambda), nameof(ByLambda.Run))]
    [DataRow(typeof(ByAsyncCode), nameof(ByAsyncCode.RunAsync))]
    public void A_reference_is_found_in_every_position(Type type, string member)
    {
        string[] violations = [.. LibraryLayout.Violations(TypeReferences.Of(type), Floor, _ => false).Distinct()];

        string name = type.Name.Split('`')[0];
        CollectionAssert.Contains(violations, $"Transport/{name}.cs ({member}) uses Server/Up", string.Join("; ", violations));
    }

    [TestMethod]
    public void A_reference_to_a_lower_folder_is_no_violation() =>
        Assert.IsEmpty(LibraryLayout.Violations(TypeReferences.Of(typeof(ByField)), type => type == typeof(Up) ? "Files" : "Transport", _ => false));

    [TestMethod]
    public void A_reference_to_configuration_is_no_violation() =>
        Assert.IsEmpty(LibraryLayout.Violations(TypeReferences.Of(typeof(ByField)), Floor, type => type == typeof(Up)));

    private static string Floor(Type type) => type == typeof(Up) || type == typeof(IUp) ? "Server" : "Transport";

    [AttributeUsage(AttributeTargets.Class)]
    internal class Up : Attribute
    {
        public static int Number { get; } = Environment.ProcessId;
    }

    internal interface IUp;

    internal sealed class ByBase : Up;

    internal sealed class ByInterface : IEquatable<Up>
    {
        public bool Equals(Up? other) => true;
    }

    internal sealed class ByConstraint<T>
        where T : Up;

    [Up]
    internal sealed class ByAttribute;

    internal sealed class ByField
    {
        internal readonly Up _up = new();
    }

    internal sealed class ByTypeArgument
    {
        internal readonly Dictionary<string, Up[]> _ups = [];
    }

    internal static class ByParameter
    {
        public static bool Take(ref Up? up) => up is null;
    }

    internal static class ByCode
    {
        public static int Run() => Up.Number + 1;
    }

    internal static class ByTypeOf
    {
        public static string Run() => typeof(Up).Name;
    }

    internal static class ByPattern
    {
        public static bool Run(object thing) => thing is Up;
    }

    internal static class ByLambda
    {
        public static Func<int, int> Run(int by) => number => number + by + Up.Number;
    }

    internal static class ByAsyncCode
    {
        public static async Task<int> RunAsync()
        {
            await Task.Yield();
            return Up.Number;
        }
    }
}
