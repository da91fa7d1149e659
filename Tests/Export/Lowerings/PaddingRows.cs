using TorchSharp;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;
using static TorchSharp.torch.nn.functional;

namespace OnnxInit.Tests.Export.Lowerings;

internal static class PaddingRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        LoweringRow.Of("pad", "zeros, last axes", x => pad(x, (1, 2, 0, 3)), Float(2, 3, 4)) with { Onnx = "Pad" },
        LoweringRow.Of("pad", "zeros, list", x => pad(x, [1L, 2L]), Float(2, 3)),
        LoweringRow.Of("pad", "one number for all axes", x => pad(x, 1L), Float(2, 3)),
        LoweringRow.Of("pad", "value", x => pad(x, (1, 2), PaddingModes.Constant, -1.5), Float(2, 3)),
        LoweringRow.Of("pad", "value, Zeros", x => pad(x, (1, 2), PaddingModes.Zeros, 3), Float(2, 3)),
        LoweringRow.Of("pad", "infinity", x => pad(x, (1, 2), value: double.NegativeInfinity), Float(2, 3)),
        LoweringRow.Of("pad", "cut off", x => pad(x, (-1, 2, 1, -2)), Float(2, 4, 4)),
        LoweringRow.Of("pad", "a dynamic size", x => pad(x, [0, 0, 0, x.shape[0]]), Float(2, 4, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("pad", "a dynamic axis", x => pad(x, [0, 0, 1, 2]), Float(2, 4, 3).Dynamic((0, "N"), (1, "T"))),
        LoweringRow.Of("pad", "nothing", x => pad(x, (0, 0)), Float(2, 4)),
        LoweringRow.Of("pad", "int64", x => pad(x, (1, 2), value: 7), Long(2, 3)),
        LoweringRow.Of("pad", "int16", x => pad(x, (1, 2), value: 7), Long(2, 3) with { Type = ScalarType.Int16 }),
        LoweringRow.Of("pad", "bool", x => pad(x, (1, 2), value: 1), Bool(2, 3)),
        LoweringRow.Of("pad", "float64", x => pad(x, (1, 2), value: 0.1), Double(2, 3)),
        LoweringRow.Of("pad", "float16", x => pad(x, (1, 2), value: 0.5), Half(2, 3)),
        LoweringRow.Of("pad", "reflect", x => pad(x, (2, 1), PaddingModes.Reflect), Float(2, 3, 4)) with { Onnx = "Pad" },
        LoweringRow.Of("pad", "reflect, two axes, of a batch of none", x => pad(x, (2, 1, 0, 2), PaddingModes.Reflect), Float(2, 3, 4)),
        LoweringRow.Of("pad", "reflect, cut off", x => pad(x, (-1, 2), PaddingModes.Reflect), Float(2, 3, 5)),
        LoweringRow.Of("pad", "replicate", x => pad(x, (5, 1), PaddingModes.Replicate), Float(2, 3, 4)) with { Onnx = "Pad" },
        LoweringRow.Of("pad", "replicate, cut off", x => pad(x, (-1, 2, 1, 1), PaddingModes.Replicate), Float(2, 3, 5, 4)),
        LoweringRow.Of("pad", "circular", x => pad(x, (2, 1), PaddingModes.Circular), Float(2, 3, 4)),
        LoweringRow.Of("pad", "circular, two axes", x => pad(x, (2, 1, 0, 3), PaddingModes.Circular), Float(2, 3, 4, 5)),
        LoweringRow.Of("pad", "circular, dynamic axes", x => pad(x, (1, 1, 1, 0), PaddingModes.Circular), Float(2, 1, 4, 5).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        LoweringRow.Of("pad", "circular, cut off", x => pad(x, (2, -1), PaddingModes.Circular), Float(2, 3, 5)),
        new("ConstantPad1d", "pair", () => nn.ConstantPad1d((1, 2), 3.5), Float(2, 3, 4)) { Onnx = "Pad" },
        new("ConstantPad2d", "number", () => nn.ConstantPad2d(1, -1), Float(2, 3, 4, 5)) { Onnx = "Pad" },
        new("ConstantPad2d", "four numbers, no batch", () => nn.ConstantPad2d((1, 2, 3, 0), -1), Float(2, 4, 5)),
        new("ConstantPad3d", "six numbers", () => nn.ConstantPad3d((1, 2, 3, 0, -1, 1), 2), Float(2, 3, 4, 5, 3)) { Onnx = "Pad" },
        new("ZeroPad2d", "number", () => nn.ZeroPad2d(2), Float(2, 3, 4, 5)) { Onnx = "Pad" },
        new("ZeroPad2d", "dynamic", () => nn.ZeroPad2d((1, 2, 3, 0)), Float(2, 3, 4, 5).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        new("ReflectionPad1d", "pair", () => nn.ReflectionPad1d((1, 3)), Float(2, 3, 5)) { Onnx = "Pad" },
        new("ReflectionPad2d", "four numbers", () => nn.ReflectionPad2d((1, 2, 3, 0)), Float(2, 3, 5, 4)) { Onnx = "Pad" },
        new("ReflectionPad2d", "no batch, float64", () => nn.ReflectionPad2d(1), Double(2, 5, 4)),
        new("ReflectionPad3d", "number", () => nn.ReflectionPad3d(1), Float(2, 3, 3, 4, 5)) { Onnx = "Pad" },
        new("ReplicationPad1d", "pair", () => nn.ReplicationPad1d((1, 3)), Float(2, 3, 5)) { Onnx = "Pad" },
        new("ReplicationPad2d", "number", () => nn.ReplicationPad2d(2), Float(2, 3, 5, 4)) { Onnx = "Pad" },
        new("ReplicationPad2d", "dynamic", () => nn.ReplicationPad2d((1, 0, 2, 3)), Float(2, 3, 5, 4).Dynamic((0, "N"), (2, "H"), (3, "W"))),
        new("ReplicationPad3d", "six numbers", () => nn.ReplicationPad3d((1, 2, 0, 1, 3, 0)), Float(2, 3, 3, 4, 5)) { Onnx = "Pad" },
    ];
}
