using static OnnxInit.Contracts.Onnx.TensorProto.Types;

namespace OnnxInit.Export.Graph.Operators;

/// <summary>Element types that an operator takes; bit i stands for the type that ONNX numbers i.</summary>
[Flags]
internal enum ElementTypeSet
{
    None = 0,
    Float = 1 << (int)DataType.Float,
    Uint8 = 1 << (int)DataType.Uint8,
    Int8 = 1 << (int)DataType.Int8,
    Uint16 = 1 << (int)DataType.Uint16,
    Int16 = 1 << (int)DataType.Int16,
    Int32 = 1 << (int)DataType.Int32,
    Int64 = 1 << (int)DataType.Int64,
    Text = 1 << (int)DataType.String,
    Bool = 1 << (int)DataType.Bool,
    Float16 = 1 << (int)DataType.Float16,
    Double = 1 << (int)DataType.Double,
    Uint32 = 1 << (int)DataType.Uint32,
    Uint64 = 1 << (int)DataType.Uint64,
    Complex64 = 1 << (int)DataType.Complex64,
    Complex128 = 1 << (int)DataType.Complex128,
    BFloat16 = 1 << (int)DataType.Bfloat16,

    Floats = Float16 | Float | Double,
    SignedIntegers = Int8 | Int16 | Int32 | Int64,
    UnsignedIntegers = Uint8 | Uint16 | Uint32 | Uint64,
    WideIntegers = Int32 | Int64 | Uint32 | Uint64,
    Indices = Int32 | Int64,
    Integers = SignedIntegers | UnsignedIntegers,
    Numbers = Floats | Integers,
    Any = Numbers | Bool | Text | Complex64 | Complex128,
}
