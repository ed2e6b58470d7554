using System.Reflection;

namespace ServerLib.Tests.CodeRules;

/// <summary>Rules for public and internal types.</summary>
[TestClass]
public sealed class PublicSurfaceTests
{
    [TestMethod]
    public void Public_types_are_in_the_namespace_ServerLib() =>
        AssertNone(
            from type in LibraryLayout.Library.GetExportedTypes()
            where type.Namespace != nameof(ServerLib)
                && !(type.Namespace == "Microsoft.Extensions.DependencyInjection" && type.Name.EndsWith("Extensions", StringComparison.Ordinal))
            select $"{type.FullName} is public");

    [TestMethod]
    public void Public_types_have_a_file_of_their_own() =>
        AssertNone(
            from type in LibraryLayout.Library.GetExportedTypes()
            where !type.IsNested && !LibraryLayout.SourceFiles().Any(file => Path.GetFileName(file) == $"{type.Name.Split('`')[0]}.cs")
            select $"{type.FullName} has none");

    [TestMethod]
    public void Internal_types_are_in_their_folders_namespace() =>
        AssertNone(
            from type in LibraryLayout.Types()
            where type.IsNotPublic && type.Namespace == nameof(ServerLib) && LibraryLayout.FolderOf(type) != LibraryLayout.Root
            select $"{type.FullName} is in {LibraryLayout.FolderOf(type)}");

    [TestMethod]
    public void Internal_classes_are_sealed_or_abstract() =>
        AssertNone(
            from type in LibraryLayout.Types()
            where type.IsNotPublic && type.IsClass && !type.IsSealed && !type.IsAbstract
            select $"{type.FullName} is not sealed");

    [TestMethod]
    public void Public_classes_except_exceptions_are_sealed_or_static() =>
        AssertNone(
            from type in LibraryLayout.Library.GetExportedTypes()
            where type.IsClass && !type.IsSealed && !type.IsSubclassOf(typeof(Exception))
            select $"{type.FullName} is not sealed");

    [TestMethod]
    public void Public_types_have_no_public_mutable_fields() =>
        AssertNone(
            from type in LibraryLayout.Library.GetExportedTypes()
            where !type.IsEnum
            from field in type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            where !field.IsLiteral && !field.IsInitOnly
            select $"{type.FullName}.{field.Name}");

    private static void AssertNone(IEnumerable<string> found) => Assert.AreEqual("", string.Join(Environment.NewLine, found));
}
