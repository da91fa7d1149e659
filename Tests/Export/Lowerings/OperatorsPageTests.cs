using System.Text;
using OnnxInit.Export;
using OnnxInit.Export.Lowerings;
using TorchSharp;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>docs/operators.md is made of the registry and of what the rows become. <c>ONNXINIT_WRITE_DOCS=1</c> writes it anew.</summary>
public sealed class OperatorsPageTests
{
    private const int MostOperators = 10;

    [Fact]
    public void The_page_of_operators_is_what_the_registry_and_its_rows_say()
    {
        string page = Page();
        string file = Repository.File("docs", "operators.md");
        if (Environment.GetEnvironmentVariable("ONNXINIT_WRITE_DOCS") == "1")
        {
            File.WriteAllText(file, page);
        }

        File.ReadAllText(file).Should().Be(page, "it is generated; write it anew with ONNXINIT_WRITE_DOCS=1");
    }

    [Fact]
    public void The_README_counts_them_right() => File.ReadAllText(Repository.File("README.md")).Should().Contain(
        $"{LoweringRegistry.Default.Modules.Count} modules, {LoweringRegistry.Default.Functions.Count} functions");

    [Fact]
    public void At_least_60_modules_and_200_operations_can_be_exported() =>
        (LoweringRegistry.Default.Modules.Count >= 60, LoweringRegistry.Default.Functions.Count >= 200).Should().Be((true, true));

    private static string Page()
    {
        ILookup<string, string[]> rows = LoweringTable.Rows.ToLookup(row => row.Key, Operators);
        string[] modules = [.. LoweringRegistry.Default.Modules.Select(type => type.Name).Order(StringComparer.Ordinal)];
        string[] functions = [.. LoweringRegistry.Default.Functions.Order(StringComparer.Ordinal)];
        StringBuilder page = new();
        page.Append($"""
            # What can be exported

            {modules.Length} modules and {functions.Length} functions and tensor methods. This page is generated from the registry and from the tests: every operation is exported in as many variants as the last column says, to opsets 13, 17 and 21 where ONNX has it, and run in ONNX Runtime beside TorchSharp. The middle column is what these variants become at opset 17, before constants are folded.

            A function stands for all of its forms: `add` for `a + b`, `a.add(b)`, `a.add_(b)` and `torch.add(a, b)`. What is not here can be [added](export.md#your-own-lowering).


            """.ReplaceLineEndings("\n"));
        Table("Module", modules);
        Table("Function", functions);
        return page.ToString().TrimEnd('\n') + "\n";

        void Table(string title, string[] keys)
        {
            page.Append($"## {title}s\n\n| {title} | ONNX | variants |\n|---|---|---|\n");
            foreach (string key in keys)
            {
                string[][] variants = [.. rows[key]];
                string[] all = [.. variants.SelectMany(operators => operators.Distinct()).CountBy(name => name).OrderByDescending(pair => pair.Value).ThenBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => pair.Key)];
                string onnx = all.Length == 0 ? "nothing: the value itself" : string.Join(", ", all.Take(MostOperators)) + (all.Length > MostOperators ? ", ..." : string.Empty);
                page.Append($"| `{key}` | {onnx} | {variants.Length} |\n");
            }

            page.Append('\n');
        }
    }

    private static string[] Operators(LoweringRow row)
    {
        using DisposeScope scope = NewDisposeScope();
        random.manual_seed(7);
        using nn.Module module = row.Module();
        int opset = row.Opsets.Contains(17) ? 17 : row.Opsets.Max();
        ExportedModel exported = OnnxExporter.Export(
            module, [.. row.Inputs.Select((input, i) => input.Example($"input_{i}"))], options => options with { Opset = opset, Verify = false, SkippedPasses = ["fold-constants"] });
        return [.. exported.Graph.Nodes.Select(node => node.OpType).Where(name => name != "Identity")];
    }
}
