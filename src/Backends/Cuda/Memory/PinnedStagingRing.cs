namespace AttentionGen.Cuda;

/// <summary>
/// Page-locked host memory through which a plan's arrays go to the device, in one copy an update. A part of it is written again
/// only when the copy out of it is done, so that updates need not wait for the device. Of one thread at a time.
/// </summary>
internal sealed unsafe class PinnedStagingRing : IDisposable
{
    private const uint NoTiming = 2;
    private const int SlotCount = 3;

    private readonly CudaDevice _device;
    private readonly Slot[] _slots = new Slot[SlotCount];
    private int _next;

    public PinnedStagingRing(CudaDevice device) => _device = device;

    /// <summary>Memory to write an update into, until <see cref="Upload"/>.</summary>
    /// <param name="bytes">How much; where it is more than before, memory is allocated.</param>
    /// <exception cref="CudaException">The system has no more memory to lock.</exception>
    public Span<byte> Rent(int bytes)
    {
        using ContextScope scope = _device.Enter();
        ref Slot slot = ref _slots[_next];
        if (slot.Copied != 0)
            _device.Check(_device.Driver.EventSynchronise(slot.Copied), "cuEventSynchronize");
        if (slot.Length < bytes)
            Grow(ref slot, bytes);
        return new Span<byte>(slot.Memory, bytes);
    }

    /// <summary>Copies what was written into the memory that was rented last to the device, on a stream.</summary>
    /// <exception cref="CudaException">The driver refuses it, or work before it failed.</exception>
    public void Upload(nint target, int bytes, nint stream)
    {
        using ContextScope scope = _device.Enter();
        ref Slot slot = ref _slots[_next];
        if (bytes > 0)
            _device.Check(_device.Driver.CopyHostToDevice(target, slot.Memory, (nuint)bytes, stream), "cuMemcpyHtoDAsync");
        _device.Check(_device.Driver.EventRecord(slot.Copied, stream), "cuEventRecord");
        _next = (_next + 1) % SlotCount;
    }

    /// <summary>Frees the memory, once the copies out of it are done.</summary>
    public void Dispose()
    {
        using ContextScope scope = _device.Enter();
        foreach (ref Slot slot in _slots.AsSpan())
        {
            if (slot.Copied == 0)
                continue;

            // Nothing may fail here: the device may be lost.
            _ = _device.Driver.EventSynchronise(slot.Copied);
            _ = _device.Driver.EventDestroy(slot.Copied);
            _ = _device.Driver.HostFree(slot.Memory);
            slot = default;
        }
    }

    private void Grow(ref Slot slot, int bytes)
    {
        int length = (int)Math.Min(int.MaxValue, Math.Max(Math.Max(bytes, 4096L), 2L * slot.Length));
        void* memory;
        _device.Check(_device.Driver.HostAllocate(&memory, (nuint)length, 0), "cuMemHostAlloc");
        if (slot.Copied == 0)
        {
            nint mark;
            int code = _device.Driver.EventCreate(&mark, NoTiming);
            if (code != CudaErrors.Success)
                _ = _device.Driver.HostFree(memory);
            _device.Check(code, "cuEventCreate");
            slot.Copied = mark;
        }
        else
        {
            _ = _device.Driver.HostFree(slot.Memory);
        }

        slot.Memory = memory;
        slot.Length = length;
    }

    private struct Slot
    {
        public void* Memory;
        public int Length;
        public nint Copied;
    }
}
