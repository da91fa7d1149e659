using System.Buffers.Binary;
using System.Reflection;
using System.Reflection.Emit;

namespace OnnxInit.Export.Capture.Instrumentation;

/// <summary>An IL instruction as it stands in a method's body.</summary>
/// <param name="Offset">Where it begins.</param>
/// <param name="Code">What it does.</param>
/// <param name="Length">Its bytes, with the operand.</param>
internal readonly record struct Instruction(int Offset, OpCode Code, int Length)
{
    private static readonly OpCode[] OneByte = new OpCode[256];
    private static readonly OpCode[] TwoBytes = new OpCode[256];

    static Instruction()
    {
        foreach (var field in typeof(OpCodes).GetFields(BindingFlags.Public | BindingFlags.Static))
        {
            var code = (OpCode)field.GetValue(null)!;
            (code.Size == 1 ? OneByte : TwoBytes)[code.Value & 0xFF] = code;
        }
    }

    /// <summary>Where its operand begins.</summary>
    public int OperandOffset => Offset + Code.Size;

    /// <summary>Where the next one begins.</summary>
    public int End => Offset + Length;

    /// <summary>Takes a method's IL apart.</summary>
    /// <param name="il">All of its bytes.</param>
    /// <returns>The instructions in order.</returns>
    public static List<Instruction> Parse(ReadOnlySpan<byte> il)
    {
        var instructions = new List<Instruction>(il.Length / 2);
        for (var offset = 0; offset < il.Length;)
        {
            var code = il[offset] == 0xFE ? TwoBytes[il[offset + 1]] : OneByte[il[offset]];
            var instruction = new Instruction(offset, code, code.Size + OperandLength(code, il[(offset + code.Size)..]));
            instructions.Add(instruction);
            offset = instruction.End;
        }

        return instructions;
    }

    private static int OperandLength(OpCode code, ReadOnlySpan<byte> operand) => code.OperandType switch
    {
        OperandType.InlineNone => 0,
        OperandType.ShortInlineBrTarget or OperandType.ShortInlineI or OperandType.ShortInlineVar => 1,
        OperandType.InlineVar => 2,
        OperandType.InlineI8 or OperandType.InlineR => 8,
        OperandType.InlineSwitch => 4 + (4 * BinaryPrimitives.ReadInt32LittleEndian(operand)),
        _ => 4,
    };
}
