using System.Reflection;
using System.Text.Json;

namespace OnnxInit.Tests.Architecture;

/// <summary>Who may use whom: Cli -> Training, Export, Inference -> Contracts, and TorchSharp never meets ONNX Runtime in a library.</summary>
public class ReferenceTests
{
    private const string TorchSharp = "TorchSharp";
    private const string OnnxRuntime = "Microsoft.ML.OnnxRuntime";

    public static TheoryData<string, string[]> Projects => new()
    {
        { "Contracts", [] },
        { "Training", ["OnnxInit.Contracts"] },
        { "Export", ["OnnxInit.Contracts"] },
        { "Inference", ["OnnxInit.Contracts"] },
        { "Cli/Validator", ["OnnxInit.Contracts", "OnnxInit.Inference"] },
        { "Cli", ["OnnxInit.Contracts", "OnnxInit.Training", "OnnxInit.Export", "OnnxInit.Inference", "onnxinit-verify"] },
    };

    public static TheoryData<string, string> Forbidden => new()
    {
        { "Contracts", TorchSharp },
        { "Contracts", "libtorch" },
        { "Contracts", OnnxRuntime },
        { "Training", OnnxRuntime },
        { "Training", "libtorch" },
        { "Export", OnnxRuntime },
        { "Export", "libtorch" },
        { "Inference", TorchSharp },
        { "Inference", "libtorch" },
        { "Cli/Validator", TorchSharp },
        { "Cli/Validator", "libtorch" },
    };

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_is_restored_with_these_projects_only(string project, string[] allowed) =>
        Closure(project, "project").Should().BeEquivalentTo(allowed);

    [Theory]
    [MemberData(nameof(Projects))]
    public void An_assembly_refers_to_these_assemblies_of_ours_only(string project, string[] allowed) =>
        References(project).Where(name => name.StartsWith("OnnxInit.", StringComparison.Ordinal)).Should().BeSubsetOf(allowed);

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void A_library_is_restored_without_what_it_must_never_load(string project, string package) =>
        Closure(project, "package").Should().NotContain(name => name.StartsWith(package, StringComparison.OrdinalIgnoreCase));

    [Theory]
    [MemberData(nameof(Forbidden))]
    public void An_assembly_does_not_refer_to_what_it_must_never_load(string project, string package) =>
        References(project).Should().NotContain(name => name.StartsWith(package, StringComparison.OrdinalIgnoreCase));

    [Fact]
    public void Libraries_take_the_managed_part_of_ONNX_Runtime_only() =>
        Closure("Inference", "package").Where(name => name.StartsWith(OnnxRuntime, StringComparison.Ordinal)).Should().Equal($"{OnnxRuntime}.Managed");

    private static IEnumerable<string> References(string project) =>
        Assembly.Load(project switch { "Cli" => "onnxinit", "Cli/Validator" => "onnxinit-verify", _ => $"OnnxInit.{project}" }).GetReferencedAssemblies().Select(name => name.Name!);

    /// <summary>The names of everything of a kind that a restored project depends on, directly or not, over all targets.</summary>
    private static string[] Closure(string project, string type)
    {
        using JsonDocument assets = JsonDocument.Parse(File.ReadAllText(Path.Combine(Repository.Root, project, "obj", "project.assets.json")));
        return
        [
            .. assets.RootElement.GetProperty("targets").EnumerateObject()
                .SelectMany(target => target.Value.EnumerateObject())
                .Where(library => library.Value.GetProperty("type").GetString() == type)
                .Select(library => library.Name.Split('/')[0])
                .Distinct(),
        ];
    }
}
