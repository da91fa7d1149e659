using static OnnxInit.Tests.Export.Lowerings.LoweringRow;
using static OnnxInit.Tests.Export.Lowerings.TestInput;
using static TorchSharp.torch;

namespace OnnxInit.Tests.Export.Lowerings;

/// <summary>Other element types, and what changes no element.</summary>
internal static class CastRows
{
    public static IEnumerable<LoweringRow> All =>
    [
        Of("to", "a type", x => x.to(ScalarType.Int32), Float(2, 3).Within(-9, 9)) with { Onnx = "Cast" },
        Of("to", "the type that it has", x => x.to(ScalarType.Float32) + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("to", "a device", x => x.to(CPU) + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("to", "a type and a device", x => x.to(ScalarType.Float64, CPU), Float(2, 3)),
        Of("to", "another tensor's", (x, y) => x.to(y) + y, Float(2, 3), Double(2, 3)),
        Of("to", "fractions to bool", x => x.round().to(ScalarType.Bool), Float(4, 5)),
        Of("to", "bool to float", x => x.to(ScalarType.Float32), Bool(2, 3)),
        Of("to", "int64 to int8, which wraps", x => x.to(ScalarType.Int8), Long(4, 5).Within(-300, 300)),
        Of("to", "bfloat16", x => x.to(ScalarType.BFloat16).to(ScalarType.Float32), Float(4, 5)),
        Of("to_type", "half", x => x.to_type(ScalarType.Float16), Float(2, 3)) with { Onnx = "Cast" },
        Of("type", "double", x => x.type(ScalarType.Float64), Float(2, 3)),
        Of("type_as", "another tensor", (x, y) => x.type_as(y), Long(2, 3), Float(2, 3)) with { Onnx = "Cast" },
        Of("float", "from int", x => x.@float(), Long(2, 3)),
        Of("double", "from float", x => x.@double(), Float(2, 3)),
        Of("half", "from float", x => x.half(), Float(2, 3)),
        Of("bfloat16", "from float", x => x.bfloat16(), Float(2, 3)),
        Of("int", "from float", x => x.@int(), Float(2, 3).Within(-9, 9)),
        Of("long", "from float", x => x.@long(), Float(2, 3).Within(-9, 9)),
        Of("short", "from float", x => x.@short(), Float(2, 3).Within(-9, 9)),
        Of("byte", "from float", x => x.@byte(), Float(2, 3).Within(0, 9)),
        Of("char", "from float", x => x.@char(), Float(2, 3).Within(-9, 9)),
        Of("bool", "from int", x => x.@bool(), Long(4, 5).Within(0, 2)),
        Of("cpu", "no node", x => x.cpu() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("clone", "no node", x => x.clone() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("contiguous", "no node", x => x.contiguous() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("detach", "no node", x => x.detach() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("alias", "no node", x => x.alias() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("positive", "no node", x => x.positive() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("positive", "the input as the output", x => x.positive(), Float(2, 3)),
        Of("real", "no node", x => real(x) + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("conj", "no node", x => x.conj() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("conj_physical", "no node", x => x.conj_physical() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("resolve_conj", "no node", x => x.resolve_conj() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("resolve_neg", "no node", x => x.resolve_neg() + 1, Float(2, 3)) with { Onnx = "Add" },
        Of("copy", "into another type and shape", (x, y) => (x + 1).copy_(y), Double(2, 3), Float(3).Static()),
    ];
}
