using OnnxInit.Export.Graph;
using TorchSharp;
using TorchSharp.Modules;

namespace OnnxInit.Export.Translators;

/// <summary>Convolutions.</summary>
internal static class ConvolutionTranslator
{
    /// <summary>
    /// x [N, C, H, W], W [out, C / groups, kH, kW] -> y [N, out, H', W'] with H' = (H + 2 pad - dilation (kH - 1) - 1) / stride + 1;
    /// Conv, https://onnx.ai/onnx/operators/onnx__Conv.html. ONNX lists the paddings of all beginnings, then of all ends.
    /// </summary>
    public static GraphValue Translate(Conv2d conv, GraphValue input, GraphBuilder graph)
    {
        graph.Require(input.Rank == 4 && input.Shape[1] == conv.in_channels, input, $"[N, {conv.in_channels}, H, W]");
        long[] padding = conv.padding!;
        string weight = graph.Constant("weight", conv.weight);
        string[] inputs = conv.bias is null ? [input.Name, weight] : [input.Name, weight, graph.Constant("bias", conv.bias)];
        return graph.Add(
            "Conv", inputs, input.Type,
            [input.Shape[0], conv.out_channels, .. SlidingWindow.Positions(graph, input, conv.kernel_size, conv.stride, padding, conv.dilation, roundUp: false)],
            ("dilations", conv.dilation), ("group", conv.groups), ("kernel_shape", conv.kernel_size), ("pads", (long[])[.. padding, .. padding]), ("strides", conv.stride));
    }

    /// <summary>What a Conv2d can be that is not translated.</summary>
    public static string? Refusal(Conv2d conv) =>
        conv.padding_mode != PaddingModes.Zeros ? $"padding mode {conv.padding_mode}, only Zeros is translated"
        : conv.padding is null ? "padding given as a word, only numbers are translated"
        : null;
}
