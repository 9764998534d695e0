package io.conclave.wire;

import java.lang.reflect.Constructor;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Values of any record with every field set, no two of them equal; sealed interfaces give one value per record. */
final class Samples {
  private int counter = 1;

  /** One value of each record that the type permits; of a record, one. */
  List<Object> all(Class<?> type) {
    if (!type.isSealed()) {
      return List.of(of(type));
    }
    return Arrays.stream(type.getPermittedSubclasses())
        .flatMap(c -> all(c).stream())
        .toList();
  }

  Object of(Type type) {
    if (type instanceof ParameterizedType generic) {
      Type inside = generic.getActualTypeArguments()[0];
      return generic.getRawType() == Optional.class
          ? Optional.of(of(inside))
          : new ArrayList<>(List.of(of(inside), of(inside)));
    }
    Class<?> plain = (Class<?>) type;
    if (plain.isRecord()) {
      return record(plain);
    } else if (plain.isEnum()) {
      Object[] constants = plain.getEnumConstants();
      return constants[next() % constants.length];
    } else if (plain.isSealed()) {
      return of(plain.getPermittedSubclasses()[next() % plain.getPermittedSubclasses().length]);
    } else if (plain == String.class) {
      return "n" + next();
    } else if (plain == UUID.class) {
      return new UUID(next(), next());
    } else if (plain == long.class) {
      return (1L << 40) + next();
    } else if (plain == int.class) {
      return 1;
    } else if (plain == boolean.class) {
      return true;
    }
    throw new IllegalArgumentException("no sample of " + type);
  }

  private Object record(Class<?> type) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types =
        Arrays.stream(components).map(RecordComponent::getType).toArray(Class<?>[]::new);
    Object[] values = Arrays.stream(components)
        .map(component -> of(component.getGenericType()))
        .toArray();
    try {
      Constructor<?> constructor = type.getDeclaredConstructor(types);
      return constructor.newInstance(values);
    } catch (ReflectiveOperationException e) {
      throw new IllegalArgumentException("no sample of " + type, e);
    }
  }

  private int next() {
    return counter++;
  }
}
