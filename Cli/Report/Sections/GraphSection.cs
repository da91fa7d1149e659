using OnnxInit.Contracts.Onnx;

namespace OnnxInit.Cli.Report.Sections;

/// <summary>The exported graph, and what a run of it costs.</summary>
internal static class GraphSection
{
    private const int MostRows = 60;

    public static Html Of(IReadOnlyList<RunEvidence> runs)
    {
        RunEvidence[] exported = [.. runs.Where(run => run.Model is not null)];
        return Html.Of($"""
            {runs.Except(exported).Select(run => PerRun.Missing($"{run.Name}: there is no model.onnx.", run.Command("export")))}
            {(exported.Length == 0 ? Html.Empty : Html.Of($"{RunTable.Of("Graph", exported, Rows)}{PerRun.Of(exported, (run, _) => Layers(run.Model!.Cost))}"))}
            """);
    }

    private static RunRow[] Rows { get; } =
    [
        Row("Nodes", model => Quantity.Count(model.Cost.Nodes)),
        Row("Parameters", model => Quantity.Count(model.Cost.Parameters), "weights and running statistics"),
        Row("File", model => Quantity.Bytes(model.Bytes), "with the weights beside it, where they are in a file of their own"),
        Row("FLOPs per image", model => model.Cost.Flops is long flops ? Quantity.Large(flops / Math.Max(1, model.Cost.BatchSize)) : null, "two per multiply-add of matrix products and convolutions"),
        Row("Memory of activations", model => model.Cost.PeakActivationBytes is long bytes ? Quantity.Bytes(bytes / Math.Max(1, model.Cost.BatchSize)) : null, "per image, when every value is let go of after its last use"),
        Row("Operator set", model => $"{model.Graph.OpsetImport.Where(import => import.Domain.Length == 0).Select(import => import.Version).FirstOrDefault()}, IR {model.Graph.IrVersion}"),
        RunRow.Text("Operators", run => string.Join(", ", run.Model!.Cost.ByNode.GroupBy(node => node.Operator).OrderByDescending(group => group.Count()).Select(group => group.Count() == 1 ? group.Key : $"{group.Count()} {group.Key}"))),
    ];

    private static RunRow Row(string name, Func<ExportedFile, string?> value, string explanation = "") => RunRow.Number(name, run => value(run.Model!), explanation);

    private static Html Layers(ModelCost cost)
    {
        (ModuleCost Module, string Operators)[] modules =
        [
            .. cost.ByModule.Zip(cost.ByNode.GroupBy(node => node.Module), (module, nodes) => (module, string.Join(", ", nodes.Select(node => node.Operator).Distinct()))),
        ];
        return Html.Of($"""
            <details{(modules.Length <= MostRows / 2 ? Html.Of($" open=\"open\"") : Html.Empty)}>
            <summary>{(modules.Length <= MostRows ? "Every layer" : $"The first {MostRows} of {Quantity.Count(modules.Length)} layers")}</summary>
            <div class="table" tabindex="0" role="region" aria-label="Layers of the graph"><table>
            <thead><tr><th scope="col">Layer</th><th scope="col" class="text">Operators</th><th scope="col">Parameters</th><th scope="col">FLOPs per image</th></tr></thead>
            <tbody>
            {modules.Take(MostRows).Select(layer => Html.Of($"""
                <tr><th scope="row">{layer.Module.Module ?? "not from a module"}</th><td class="text">{layer.Operators}</td><td>{Quantity.Count(layer.Module.Parameters)}</td><td>{(layer.Module.Flops is long flops ? Quantity.Count(flops / Math.Max(1, cost.BatchSize)) : Quantity.None)}</td></tr>

                """))}</tbody>
            </table></div>
            </details>

            """);
    }
}
