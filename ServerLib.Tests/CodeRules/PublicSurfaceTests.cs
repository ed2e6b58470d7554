using System.Reflection;

namespace ServerLib.Tests.CodeRules;

/// <summary>What a user of the package sees, and what he doesn't.</summary>
[TestClass]
public sealed class PublicSurfaceTests
{
    [TestMethod]
    public void Public_types_are_in_the_namespace_ServerLib() =>
        AssertNone(
            from type in House.Library.GetExportedTypes()
            where type.Namespace != nameof(ServerLib) && type != typeof(Microsoft.Extensions.DependencyInjection.ServiceCollectionExtensions)
            select $"{type.FullName} is public");

    [TestMethod]
    public void Public_types_have_a_file_of_their_own() =>
        AssertNone(
            from type in House.Library.GetExportedTypes()
            where !type.IsNested && !House.SourceFiles().Any(file => Path.GetFileName(file) == $"{type.Name.Split('`')[0]}.cs")
            select $"{type.FullName} has none");

    [TestMethod]
    public void Internal_types_are_in_their_folders_namespace() =>
        AssertNone(
            from type in House.Types()
            where type.IsNotPublic && type.Namespace == nameof(ServerLib) && House.FolderOf(type) != House.Root
            select $"{type.FullName} is in {House.FolderOf(type)}");

    [TestMethod]
    public void Internal_types_are_sealed_unless_they_are_there_to_be_derived_from() =>
        AssertNone(
            from type in House.Types()
            where type.IsNotPublic && type.IsClass && !type.IsSealed && !type.IsAbstract
            select $"{type.FullName} is not sealed");

    [TestMethod]
    public void Public_classes_are_sealed_or_static_unless_they_are_exceptions() =>
        AssertNone(
            from type in House.Library.GetExportedTypes()
            where type.IsClass && !type.IsSealed && !type.IsSubclassOf(typeof(Exception))
            select $"{type.FullName} is not sealed");

    [TestMethod]
    public void Nothing_public_shows_a_field() =>
        AssertNone(
            from type in House.Library.GetExportedTypes()
            where !type.IsEnum
            from field in type.GetFields(BindingFlags.Public | BindingFlags.Instance | BindingFlags.Static)
            where !field.IsLiteral && !field.IsInitOnly
            select $"{type.FullName}.{field.Name}");

    private static void AssertNone(IEnumerable<string> found) => Assert.AreEqual("", string.Join(Environment.NewLine, found));
}
