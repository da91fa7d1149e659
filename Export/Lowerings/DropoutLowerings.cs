using OnnxInit.Export.Graph;
using TorchSharp.Modules;

namespace OnnxInit.Export.Lowerings;

/// <summary>What does nothing in eval mode: the dropouts, and Identity. Shapes: x [a...] -> [a...].</summary>
internal static class DropoutLowerings
{
    public static void Register(LoweringRegistry registry) => registry
        .Add("dropout", Dropout).Add<Dropout>(Module)
        .Add("dropout1d", Dropout).Add<Dropout1d>(Module)
        .Add("dropout2d", Dropout).Add<Dropout2d>(Module)
        .Add("dropout3d", Dropout).Add<Dropout3d>(Module)
        .Add("alpha_dropout", Dropout).Add<AlphaDropout>(Module)
        .Add("feature_alpha_dropout", Dropout).Add<FeatureAlphaDropout>(Module)
        .Add<Identity>(Module);

    /// <summary>x, as in eval mode; no node.</summary>
    private static GraphValue Module(Operation operation, GraphBuilder graph) => operation.Input;

    /// <summary>x where <c>training</c> is false; no node. Refused where it is true, which is the default of most of them.</summary>
    private static GraphValue Dropout(Operation operation, GraphBuilder graph) => !operation.Flag("training", otherwise: true) || operation.Number("p", 0.5) == 0
        ? operation.Input
        : throw operation.Unsupported($"{operation.Name} in training mode is random", $"Pass training: false, or training: training from a module, or use the module {ModuleName(operation.Name)}");

    private static string ModuleName(string function) => string.Concat(function.Split('_').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
}
