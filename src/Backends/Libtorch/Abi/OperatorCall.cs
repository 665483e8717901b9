using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using TorchSharp;

namespace AttentionGen.Libtorch;

/// <summary>
/// One call of a libtorch operator: push the arguments in the order of its schema, all of them, then
/// <see cref="Invoke"/>, then take the results. Lives on the stack and allocates nothing on the managed heap.
/// </summary>
/// <remarks>
/// <para>
/// Ownership: each tensor pushed is given to libtorch as a handle of its own, so the caller's stays the caller's. What
/// libtorch has taken over it frees, whether the operator succeeds or throws; what it has not, and results that were not
/// taken, <see cref="Dispose"/> frees. An operator that does not exist takes nothing over, and after a first failure
/// that case is told apart from the other.
/// </para>
/// <para>
/// The types pushed must be those of the operator's schema: libtorch's C interface does not check them, and a wrong or
/// missing argument is undefined behaviour. That is why this type is internal to backends that know their operators.
/// One leak is out of reach: when the schema has a parameter of a type that the interface cannot convert, those after it
/// stay allocated.
/// </para>
/// </remarks>
internal unsafe ref struct OperatorCall : IDisposable
{
    private const int Capacity = 24;

    private readonly LibtorchOperator _operator;
    private readonly StableAbi _abi;
    private Slots _stack;
    private Kinds _kinds;
    private Handles _borrowed;
    private Owners _owners;
    private int _count;
    private int _results;
    private bool _invoked;

    public OperatorCall(LibtorchOperator @operator)
        : this(@operator, LibtorchRuntime.Abi)
    {
    }

    public OperatorCall(LibtorchOperator @operator, StableAbi abi)
    {
        _operator = @operator;
        _abi = abi;
    }

    private enum Kind : byte
    {
        None,
        Tensor,
        OptionalTensor,
        Integer,
        Boolean,
        Double,
        OptionalInteger,
        OptionalDouble,
        OptionalBoolean,
        IntegerList,
        OptionalIntegerList,
    }

    /// <summary>Pushes a <c>Tensor</c>.</summary>
    /// <exception cref="ArgumentException">The tensor is disposed.</exception>
    public void Push(torch.Tensor tensor)
    {
        nint handle = HandleOf(tensor);
        Add(Kind.Tensor, (ulong)_abi.NewHandle(handle), handle, tensor);
    }

    /// <summary>Pushes a <c>Tensor?</c>.</summary>
    public void PushOptional(torch.Tensor? tensor)
    {
        if (tensor is null)
        {
            Add(Kind.None, 0);
            return;
        }

        nint handle = HandleOf(tensor);
        Add(Kind.OptionalTensor, (ulong)_abi.NewSlot((ulong)_abi.NewHandle(handle)), handle, tensor);
    }

    /// <summary>Pushes a tensor seen through a view; only one that libtorch made has the handle that it takes.</summary>
    /// <exception cref="ArgumentException">The view is over memory that libtorch does not know.</exception>
    public void Push(in TensorView tensor)
    {
        if (tensor.AtenHandle == 0)
            throw new ArgumentException($"{_operator} takes libtorch tensors; {tensor} is a view of memory that libtorch does not know.", nameof(tensor));
        Add(Kind.Tensor, (ulong)_abi.NewHandle(tensor.AtenHandle), tensor.AtenHandle, tensor.Owner);
    }

    /// <summary>Pushes an <c>int</c> or <c>SymInt</c>.</summary>
    public void Push(long value) => Add(Kind.Integer, (ulong)value);

    /// <summary>Pushes a <c>bool</c>.</summary>
    public void Push(bool value) => Add(Kind.Boolean, value ? 1UL : 0UL);

    /// <summary>Pushes a <c>float</c>, which in a schema is a double.</summary>
    public void Push(double value) => Add(Kind.Double, BitConverter.DoubleToUInt64Bits(value));

    /// <summary>Pushes an <c>int?</c> or <c>SymInt?</c>.</summary>
    public void PushOptional(long? value) => AddOptional(Kind.OptionalInteger, value is { } given ? (ulong)given : null);

    /// <summary>Pushes a <c>float?</c>.</summary>
    public void PushOptional(double? value) =>
        AddOptional(Kind.OptionalDouble, value is { } given ? BitConverter.DoubleToUInt64Bits(given) : null);

    /// <summary>Pushes a <c>bool?</c>.</summary>
    public void PushOptional(bool? value) => AddOptional(Kind.OptionalBoolean, value is { } given ? (given ? 1UL : 0UL) : null);

    /// <summary>Pushes an <c>int[]</c> or <c>SymInt[]</c>.</summary>
    public void Push(ReadOnlySpan<long> values) => Add(Kind.IntegerList, (ulong)_abi.NewIntegerList(values));

    /// <summary>Pushes an <c>int[]?</c> or <c>SymInt[]?</c> that is present.</summary>
    public void PushOptional(ReadOnlySpan<long> values) =>
        Add(Kind.OptionalIntegerList, (ulong)_abi.NewSlot((ulong)_abi.NewIntegerList(values)));

    /// <summary>Pushes the absence of an optional argument of any type.</summary>
    public void PushNone() => Add(Kind.None, 0);

    /// <summary>Calls the operator.</summary>
    /// <param name="tensorResults">How many tensors its results begin with. Operators with other results before a tensor cannot be called.</param>
    /// <exception cref="LibtorchOperatorException">The operator failed, or libtorch has none of that name.</exception>
    public void Invoke(int tensorResults = 1)
    {
        if (_invoked)
            throw new InvalidOperationException($"{_operator} was invoked already; make a new call.");
        bool succeeded;
        fixed (ulong* stack = &_stack.First)
            succeeded = _abi.TryCallDispatcher(_operator.NamePointer, _operator.OverloadPointer, stack);
        if (!succeeded)
        {
            ThrowFailure();
            return;
        }

        _operator.IsKnownToExist = true;
        _invoked = true;
        _results = tensorResults;
    }

    /// <summary>The handle of a tensor result, which the caller owns from here on.</summary>
    public nint TakeHandle(int index)
    {
        if (!_invoked || (uint)index >= (uint)_results || _stack[index] == 0)
            throw new InvalidOperationException($"{_operator} has no tensor result {index} that was not taken.");
        var handle = (nint)_stack[index];
        _stack[index] = 0;
        return handle;
    }

    /// <summary>A tensor result, which the caller owns from here on.</summary>
    public torch.Tensor TakeTensor(int index = 0) => torch.Tensor.UnsafeCreateTensor(TakeHandle(index));

    /// <summary>Frees arguments that libtorch did not take over and results that the caller did not take.</summary>
    public void Dispose()
    {
        if (_invoked)
        {
            for (int i = 0; i < _results; i++)
            {
                if (_stack[i] != 0)
                    _abi.DeleteTensor((nint)_stack[i]);
            }

            _results = 0;
            return;
        }

        for (int i = 0; i < _count; i++)
            FreeArgument(i);
        _count = 0;
    }

    private static nint HandleOf(torch.Tensor tensor)
    {
        ArgumentNullException.ThrowIfNull(tensor);
        return tensor.IsInvalid ? throw new ArgumentException("The tensor is disposed.", nameof(tensor)) : tensor.Handle;
    }

    private void AddOptional(Kind kind, ulong? value)
    {
        if (value is { } given)
            Add(kind, (ulong)_abi.NewSlot(given));
        else
            Add(Kind.None, 0);
    }

    private void Add(Kind kind, ulong value, nint borrowed = 0, object? owner = null)
    {
        int index = _count++;
        _kinds[index] = kind;
        _stack[index] = value;
        _borrowed[index] = borrowed;
        _owners[index] = owner;
    }

    private void FreeArgument(int index)
    {
        var value = (nint)_stack[index];
        switch (_kinds[index])
        {
            case Kind.Tensor:
                _abi.DeleteTensor(value);
                break;
            case Kind.OptionalTensor:
                _abi.DeleteTensor((nint)(*(ulong*)value));
                StableAbi.DeleteSlot(value);
                break;
            case Kind.OptionalInteger or Kind.OptionalDouble or Kind.OptionalBoolean:
                StableAbi.DeleteSlot(value);
                break;
            case Kind.IntegerList:
                _abi.DeleteList(value);
                break;
            case Kind.OptionalIntegerList:
                _abi.DeleteList((nint)(*(ulong*)value));
                StableAbi.DeleteSlot(value);
                break;
        }
    }

    private void ThrowFailure()
    {
        bool exists = _operator.IsKnownToExist || _abi.IsRegistered(_operator.Name, _operator.Overload);
        string arguments = DescribeArguments(exists);
        if (!exists)
        {
            throw new LibtorchOperatorException(
                _operator.ToString(),
                arguments,
                $"This libtorch ({_abi.Version}) has no operator {_operator}. Use a libtorch that has it, or load the library that registers it first.");
        }

        // It took the arguments over before it failed.
        _operator.IsKnownToExist = true;
        _count = 0;
        throw new LibtorchOperatorException(
            _operator.ToString(),
            arguments,
            $"libtorch's {_operator} failed for ({arguments}). Its own message is on the standard error stream; check shapes, element types and devices against what the operator accepts.");
    }

    // Scalars that went in as optionals are gone when the operator took them over.
    private readonly string DescribeArguments(bool taken)
    {
        StringBuilder text = new();
        for (int i = 0; i < _count; i++)
        {
            if (i > 0)
                text.Append(", ");
            ulong value = _stack[i];
            text.Append(_kinds[i] switch
            {
                Kind.None => "none",
                Kind.Tensor or Kind.OptionalTensor => TensorDescription.Of(_abi, _borrowed[i]),
                Kind.Integer => ((long)value).ToString(CultureInfo.InvariantCulture),
                Kind.Boolean => value != 0 ? "true" : "false",
                Kind.Double => BitConverter.UInt64BitsToDouble(value).ToString(CultureInfo.InvariantCulture),
                Kind.IntegerList or Kind.OptionalIntegerList => "a list",
                _ when taken => "a value",
                Kind.OptionalDouble => BitConverter.UInt64BitsToDouble(*(ulong*)value).ToString(CultureInfo.InvariantCulture),
                Kind.OptionalBoolean => *(ulong*)value != 0 ? "true" : "false",
                _ => ((long)(*(ulong*)value)).ToString(CultureInfo.InvariantCulture),
            });
        }

        GC.KeepAlive(_owners[0]);
        return text.ToString();
    }

    [InlineArray(Capacity)]
    private struct Slots
    {
        public ulong First;
    }

    [InlineArray(Capacity)]
    private struct Kinds
    {
        private Kind _first;
    }

    [InlineArray(Capacity)]
    private struct Handles
    {
        private nint _first;
    }

    [InlineArray(Capacity)]
    private struct Owners
    {
        private object? _first;
    }
}
