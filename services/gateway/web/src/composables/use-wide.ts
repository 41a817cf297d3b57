import { onScopeDispose, ref, type Ref } from "vue";

const room = matchMedia("(min-width: 768px)");

/** Whether there is room for a table. */
export function useWide(): Ref<boolean> {
  const wide = ref(room.matches);
  const look = () => (wide.value = room.matches);
  room.addEventListener("change", look);
  onScopeDispose(() => {
    room.removeEventListener("change", look);
  });
  return wide;
}
