using System.Text;
using OnnxInit.Contracts.Safetensors;

namespace OnnxInit.Tests.Safetensors;

/// <summary>The bytes themselves, against what the reference implementation (huggingface/safetensors) writes and reads.</summary>
public sealed class SafetensorsFormatTests : IDisposable
{
    private readonly SafetensorsBytes _bytes = new();

    public void Dispose() => _bytes.Dispose();

    [Fact]
    public void A_file_without_tensors_is_an_empty_object_padded_to_eight_bytes()
    {
        SafetensorsWriter.Save(_bytes.Path, []);

        File.ReadAllBytes(_bytes.Path).Should().Equal(8, 0, 0, 0, 0, 0, 0, 0, 123, 125, 32, 32, 32, 32, 32, 32);
    }

    [Fact]
    public void Metadata_alone_is_written_as_the_reference_writes_it()
    {
        SafetensorsWriter.Save(_bytes.Path, [], new Dictionary<string, string> { ["framework"] = "pt" });

        File.ReadAllBytes(_bytes.Path).Should().Equal(SafetensorsBytes.Compose("""{"__metadata__":{"framework":"pt"}}""" + "     "));
    }

    [Fact]
    public void One_tensor_is_written_as_the_reference_writes_it()
    {
        SafetensorsWriter.Save(_bytes.Path, [SafetensorsTensor.Create("attn0", [1, 1, 2, 3], new float[] { 0, 1, 2, 3, 4, 5 })]);

        File.ReadAllBytes(_bytes.Path).Should().Equal(SafetensorsBytes.Compose(
            """{"attn0":{"dtype":"F32","shape":[1,1,2,3],"data_offsets":[0,24]}}""" + "       ",
            0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 64, 0, 0, 64, 64, 0, 0, 128, 64, 0, 0, 160, 64));
    }

    [Fact]
    public void Tensors_stand_by_descending_alignment_and_then_by_name()
    {
        SafetensorsTensor[] tensors =
        [
            SafetensorsTensor.Create("a", [1], new byte[] { 1 }),
            SafetensorsTensor.Create("weight", [1], new float[] { 1 }),
            SafetensorsTensor.Create("bias", [1], new float[] { 1 }),
            SafetensorsTensor.Create("step", [], new long[] { 1 }),
            SafetensorsTensor.Create("Bias", [1], new float[] { 1 }),
        ];
        string reversed = _bytes.Path + ".reversed";

        SafetensorsWriter.Save(_bytes.Path, tensors);
        SafetensorsWriter.Save(reversed, tensors.Reverse());

        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        file.Tensors.Keys.Should().Equal("step", "Bias", "bias", "weight", "a");
        File.ReadAllBytes(reversed).Should().Equal(File.ReadAllBytes(_bytes.Path));
    }

    [Fact]
    public void Names_are_ordered_by_code_point_as_UTF_8_is()
    {
        // In UTF-16 the surrogates of the second name would come before U+FF5E.
        SafetensorsWriter.Save(_bytes.Path, [SafetensorsTensor.Create("\U0001F600", [0], Array.Empty<float>()), SafetensorsTensor.Create("\uFF5E", [0], Array.Empty<float>())]);

        using SafetensorsFile file = SafetensorsFile.Open(_bytes.Path);
        file.Tensors.Keys.Should().Equal("\uFF5E", "\U0001F600");
    }

    [Fact]
    public void Metadata_is_in_ordinal_order()
    {
        SafetensorsWriter.Save(_bytes.Path, [], new Dictionary<string, string> { ["b"] = "1", ["B"] = "2", ["a"] = "3" });

        Encoding.UTF8.GetString(File.ReadAllBytes(_bytes.Path)[8..]).TrimEnd().Should().Be("""{"__metadata__":{"B":"2","a":"3","b":"1"}}""");
    }

    [Fact]
    public void What_PyTorch_writes_is_read()
    {
        // save_file({"fc.weight": 2x2 float32, "fc.bias": 2 bfloat16, "steps": int64}, metadata={"format": "pt"})
        using SafetensorsFile file = _bytes.Open(SafetensorsBytes.Compose(
            """{"__metadata__":{"format":"pt"},"steps":{"dtype":"I64","shape":[],"data_offsets":[0,8]},"fc.weight":{"dtype":"F32","shape":[2,2],"data_offsets":[8,24]},"fc.bias":{"dtype":"BF16","shape":[2],"data_offsets":[24,28]}}   """,
            [42, 0, 0, 0, 0, 0, 0, 0, 0, 0, 128, 63, 0, 0, 0, 192, 0, 0, 0, 0, 0, 0, 0, 63, 128, 63, 0, 64]));
        byte[] bias = new byte[4];
        file.Read("fc.bias", bias);

        file.Metadata.Should().Equal(new Dictionary<string, string> { ["format"] = "pt" });
        file.Tensors.Keys.Should().Equal("steps", "fc.weight", "fc.bias");
        file.Tensors["fc.weight"].Should().BeEquivalentTo(new SafetensorsEntry("fc.weight", SafetensorsType.Float32, [2, 2], 16, 8));
        file.Tensors["steps"].Shape.Should().BeEmpty();
        file.Read<long>("steps").Should().Equal(42);
        file.Read<float>("fc.weight").Should().Equal(1, -2, 0, 0.5f);
        bias.Should().Equal(128, 63, 0, 64);
    }

    [Fact]
    public void The_header_may_list_tensors_in_any_order()
    {
        using SafetensorsFile file = _bytes.Open(SafetensorsBytes.Compose(
            """{"b":{"shape":[1],"data_offsets":[1,2],"dtype":"U8"},"empty":{"dtype":"F64","shape":[3,0],"data_offsets":[1,1]},"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]}}""", 7, 8));

        file.Tensors.Keys.Should().Equal("a", "empty", "b");
        file.Read<byte>("b").Should().Equal(8);
        file.Read<double>("empty").Should().BeEmpty();
    }
}
