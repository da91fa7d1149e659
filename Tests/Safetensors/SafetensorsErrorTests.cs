using OnnxInit.Contracts;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Tests.Safetensors;

public sealed class SafetensorsErrorTests : IDisposable
{
    private readonly SafetensorsBytes _bytes = new();

    public void Dispose() => _bytes.Dispose();

    public static TheoryData<string, string, int> Headers => new()
    {
        { "", "the header begins with nothing; expected '{'.", 0 },
        { " {}", "the header begins with byte 0x20; expected '{'.", 0 },
        { """{"a":1}x""", "tensor 'a' is a number; expected an object with dtype, shape and data_offsets.", 0 },
        { """{"__metadata__":null}""", "'__metadata__' is null; expected an object of texts.", 0 },
        { """{"__metadata__":{"a":1}}""", "'a' in '__metadata__' is a number; expected a text.", 0 },
        { """{"__metadata__":{"a":"","a":""}}""", "'__metadata__' has the key 'a' twice.", 0 },
        { """{"__metadata__":{},"__metadata__":{}}""", "the header has the key '__metadata__' twice.", 0 },
        { """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]},"a":{"dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "the header has tensor 'a' twice.", 0 },
        { """{"a":{"dtype":"U8","dtype":"U8","shape":[0],"data_offsets":[0,0]}}""", "tensor 'a' has the key 'dtype' twice.", 0 },
        { """{"a":{"dtype":"U8","shape":[0]}}""", "tensor 'a' has no data_offsets; expected dtype, shape and data_offsets.", 0 },
        { """{"a":{"dtype":"U8","data_offsets":[0,0]}}""", "tensor 'a' has no shape; expected dtype, shape and data_offsets.", 0 },
        { """{"a":{}}""", "tensor 'a' has no dtype; expected dtype, shape and data_offsets.", 0 },
        { """{"a":{"device":"cpu"}}""", "tensor 'a' has the key 'device'; expected dtype, shape and data_offsets only.", 0 },
        { """{"a":{"dtype":"f32","shape":[0],"data_offsets":[0,0]}}""", "tensor 'a' has the dtype f32; expected one of BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64.", 0 },
        { """{"a":{"dtype":true}}""", "tensor 'a' has the dtype true; expected one of BOOL, U8, I8, F8_E5M2, F8_E4M3, I16, U16, F16, BF16, I32, U32, F32, F64, I64, U64.", 0 },
        { """{"a":{"dtype":"U8","shape":3,"data_offsets":[0,0]}}""", "tensor 'a' has a number as its shape; expected a list of integers.", 0 },
        { """{"a":{"dtype":"U8","shape":[-1],"data_offsets":[0,0]}}""", "tensor 'a' has -1 in its shape; expected integers from 0 to 2^63 - 1.", 0 },
        { """{"a":{"dtype":"U8","shape":[1.5],"data_offsets":[0,0]}}""", "tensor 'a' has 1.5 in its shape; expected integers from 0 to 2^63 - 1.", 0 },
        { """{"a":{"dtype":"U8","shape":["1"],"data_offsets":[0,0]}}""", "tensor 'a' has a text in its shape; expected integers from 0 to 2^63 - 1.", 0 },
        { """{"a":{"dtype":"U8","shape":[9223372036854775808],"data_offsets":[0,0]}}""", "tensor 'a' has 9223372036854775808 in its shape; expected integers from 0 to 2^63 - 1.", 0 },
        { """{"a":{"dtype":"U8","shape":[4294967296,4294967296],"data_offsets":[0,0]}}""", "tensor 'a' of shape [4294967296, 4294967296] has more than 2^63 bytes.", 0 },
        { """{"a":{"dtype":"U8","shape":[0],"data_offsets":[0]}}""", "tensor 'a' has the data_offsets [0]; expected [begin, end] with begin <= end.", 0 },
        { """{"a":{"dtype":"U8","shape":[0],"data_offsets":[4,0]}}""", "tensor 'a' has the data_offsets [4, 0]; expected [begin, end] with begin <= end.", 4 },
        { """{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}""", "tensor 'a' of type F32 and shape [2] takes 8 bytes, and its data_offsets [0, 4] hold 4.", 4 },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[1,3]}}""", "tensor 'a' begins at data byte 1, behind a hole after the header; expected 0.", 3 },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}""", "tensor 'b' begins at data byte 1, inside tensor 'a'; expected 2.", 2 },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]},"b":{"dtype":"U8","shape":[1],"data_offsets":[3,4]}}""", "tensor 'b' begins at data byte 3, behind a hole after tensor 'a'; expected 2.", 4 },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "the tensors take 2 bytes, and 3 follow the header.", 3 },
        { """{"a":{"dtype":"U8","shape":[2],"data_offsets":[0,2]}}""", "the tensors take 2 bytes, and 1 follow the header.", 1 },
        { "{}", "the tensors take 0 bytes, and 1 follow the header.", 1 },
    };

    public static TheoryData<string> BrokenJson => [
        """{"a":""", "{", """{}{}""", """{} x""", """{"__metadata__":{},}""", """{"\ud800":{}}""", """{"__metadata__":{"a":"\udc00"}}""", """{"a":{"dtype":"U8","shape":[1""", "{]", """{/* no comments */}""",
    ];

    [Theory]
    [MemberData(nameof(Headers))]
    public void A_header_that_breaks_a_rule_is_named_with_the_rule(string header, string problem, int dataLength) =>
        FluentActions.Invoking(() => _bytes.Open(SafetensorsBytes.Compose(header, new byte[dataLength]))).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot read '{_bytes.Path}' as a safetensors file: {problem} Copy or write the file again, or choose another.");

    [Theory]
    [MemberData(nameof(BrokenJson))]
    public void A_header_that_is_no_JSON_says_where(string header) =>
        FluentActions.Invoking(() => _bytes.Open(SafetensorsBytes.Compose(header))).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot read '{_bytes.Path}' as a safetensors file: the header is not valid JSON (*). Copy or write the file again, or choose another.");

    [Fact]
    public void A_header_must_be_UTF_8() => OpeningFails(SafetensorsBytes.Compose(4, [(byte)'{', 0xC3, 0x28, (byte)'}']), "the header is not valid UTF-8.");

    [Fact]
    public void A_file_holds_at_least_the_header_length() => OpeningFails([1, 2, 3], "the file has 3 bytes; expected at least 8, which hold the header's length.");

    [Fact]
    public void A_header_length_above_100_MB_is_refused_before_anything_is_allocated() =>
        OpeningFails(SafetensorsBytes.Compose(ulong.MaxValue, [(byte)'{', (byte)'}']), "the header's length is 18446744073709551615 bytes; expected at most 100000000.");

    [Fact]
    public void A_header_length_beyond_the_file_is_refused_before_anything_is_allocated() =>
        OpeningFails(SafetensorsBytes.Compose(100_000_000, [(byte)'{', (byte)'}']), "the header's length is 100000000 bytes, and 2 follow.");

    [Fact]
    public void A_missing_file_is_named() =>
        FluentActions.Invoking(() => SafetensorsFile.Open(_bytes.Path)).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot open '{_bytes.Path}': Could not find file '{_bytes.Path}'. Name a safetensors file that exists and can be read.");

    [Fact]
    public void A_folder_is_no_file() =>
        FluentActions.Invoking(() => SafetensorsFile.Open(Path.GetDirectoryName(_bytes.Path)!)).Should().Throw<InvalidInputException>()
            .WithMessage("Cannot open '*': *. Name a safetensors file that exists and can be read.");

    [Fact]
    public void A_missing_tensor_is_named_with_those_that_are_there()
    {
        SafetensorsWriter.Save(_bytes.Path, Enumerable.Range(0, 10).Select(index => SafetensorsTensor.Create($"t{index}", [], new float[1])));
        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);

        FluentActions.Invoking(() => file.Read<float>("fc.weight")).Should().Throw<InvalidInputException>()
            .WithMessage($"'{_bytes.Path}' has no tensor 'fc.weight'; it has 't0', 't1', 't2', 't3', 't4', 't5', 't6', 't7' and 2 more. Ask for one of these, or choose another file.");
    }

    [Fact]
    public void A_missing_tensor_of_an_empty_file_says_that_there_are_none()
    {
        using SafetensorsFile file = _bytes.Open(SafetensorsBytes.Compose("{}"));

        FluentActions.Invoking(() => file.Find("a")).Should().Throw<InvalidInputException>()
            .WithMessage($"'{_bytes.Path}' has no tensor 'a'; it has no tensors. Ask for one of these, or choose another file.");
    }

    [Fact]
    public void Another_type_is_named_with_the_expected_one()
    {
        SafetensorsWriter.Save(_bytes.Path, [SafetensorsTensor.Create("a", [1], new double[1])]);
        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);

        FluentActions.Invoking(() => file.Read<float>("a")).Should().Throw<InvalidInputException>()
            .WithMessage($"Tensor 'a' in '{_bytes.Path}' is of type F64; expected F32. Choose another file, or convert the tensor.");
        FluentActions.Invoking(() => file.Read("a", new byte[4])).Should().Throw<ArgumentException>()
            .WithMessage("Tensor 'a' has 8 bytes, and the destination 4.*");
        FluentActions.Invoking(() => file.Read<decimal>("a")).Should().Throw<ArgumentException>()
            .WithMessage("Safetensors has no element type for Decimal; expected one of Boolean, Byte, SByte, Int16, UInt16, Half, Int32, UInt32, Single, Double, Int64, UInt64.");
    }

    [Fact]
    public void A_file_that_was_cut_after_it_was_opened_is_an_error()
    {
        SafetensorsWriter.Save(_bytes.Path, [SafetensorsTensor.Create("a", [4], new float[4])]);
        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        using (FileStream stream = new(_bytes.Path, FileMode.Open, FileAccess.Write, FileShare.ReadWrite))
        {
            stream.SetLength(stream.Length - 1);
        }

        FluentActions.Invoking(() => file.Read<float>("a")).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot read '{_bytes.Path}' as a safetensors file: the file ends at byte *, with 1 more expected; it became shorter since it was opened.*");
    }

    [Fact]
    public void Writing_refuses_names_that_no_reader_could_tell_apart()
    {
        SafetensorsTensor a = SafetensorsTensor.Create("a", [1], new float[1]);

        Saving(a, a).Should().Throw<ArgumentException>().WithMessage("Two tensors are named 'a'; expected one of each name.*");
        Saving(a with { Name = "__metadata__" }).Should().Throw<ArgumentException>().WithMessage("A tensor is named '__metadata__', which the format reserves. Rename it.*");
        Saving(a with { Name = "\ud800" }).Should().Throw<ArgumentException>();
        Saving(a with { Shape = [-1] }).Should().Throw<ArgumentException>().WithMessage("Tensor 'a' has the shape [-1]; expected sizes from 0.*");
        File.Exists(_bytes.Path).Should().BeFalse();
    }

    [Theory]
    [InlineData(3)]
    [InlineData(5)]
    public void A_tensor_that_writes_other_than_its_bytes_leaves_the_old_file(int written)
    {
        File.WriteAllText(_bytes.Path, "old");

        Saving(new SafetensorsTensor("a", SafetensorsType.Float32, [1], stream => stream.Write(new byte[written]))).Should().Throw<InvalidOperationException>()
            .WithMessage($"Tensor 'a' of type F32 and shape [1] wrote {written} bytes; expected 4. '{_bytes.Path}' was not written.");
        File.ReadAllText(_bytes.Path).Should().Be("old");
        Directory.GetFiles(Path.GetDirectoryName(_bytes.Path)!).Should().ContainSingle();
    }

    [Fact]
    public void Values_must_fill_the_shape() =>
        FluentActions.Invoking(() => SafetensorsTensor.Create("a", [2, 3], new float[5])).Should().Throw<ArgumentException>()
            .WithMessage("Tensor 'a' of shape [2, 3] wants 6 values, and there are 5.*");

    private Action Saving(params SafetensorsTensor[] tensors) => () => SafetensorsWriter.Save(_bytes.Path, tensors);

    private void OpeningFails(byte[] content, string problem) =>
        FluentActions.Invoking(() => _bytes.Open(content)).Should().Throw<InvalidInputException>()
            .WithMessage($"Cannot read '{_bytes.Path}' as a safetensors file: {problem} Copy or write the file again, or choose another.");
}
